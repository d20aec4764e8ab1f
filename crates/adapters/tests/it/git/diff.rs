//! Differences as git prints them.

use stationmaster_adapters::git::FileChange;

use crate::scratch::Scratch;

/// The hunks of `git diff`, by path, without what git adds after the second `@@`.
fn hunks(scratch: &Scratch, path: &str) -> String {
    let text = scratch.run(&["diff", "--histogram", "-M", "HEAD~", "HEAD", "--", path]);
    let lines = text.lines().skip_while(|line| !line.starts_with("@@"));
    lines.map(|line| line.find(" @@").filter(|_| line.starts_with("@@")).map_or(line, |end| &line[..end + 3])).fold(
        String::new(),
        |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        },
    )
}

#[test]
fn a_diff_has_the_hunks_that_git_prints() {
    let scratch = Scratch::with_files();
    let long: String = (0..80).map(|n| format!("line {n}\n")).collect();
    scratch.write("long.txt", &long);
    scratch.write("moved.txt", &long);
    scratch.write("gone.txt", "a\nb\n");
    let before = scratch.commit("before");
    scratch
        .write("long.txt", &long.replace("line 7\n", "seven\n").replace("line 60\n", "").replace("line 79\n", "end"));
    scratch.write("new.txt", "one\n");
    scratch.write("empty.txt", "");
    std::fs::remove_file(scratch.work().join("gone.txt")).expect("removed");
    std::fs::remove_file(scratch.work().join("moved.txt")).expect("removed");
    scratch.write("there/moved.txt", &long.replace("line 3\n", "three\n"));
    std::fs::write(scratch.work().join("logo.bin"), [0, 1]).expect("write");
    let after = scratch.commit("after");
    let diff = scratch.open().diff(&before, &after).expect("compared");
    let paths: Vec<_> = diff.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["empty.txt", "gone.txt", "logo.bin", "long.txt", "new.txt", "there/moved.txt"]);
    for file in diff.iter().filter(|file| ["gone.txt", "long.txt", "new.txt"].contains(&file.path.as_str())) {
        assert_eq!(file.hunks, hunks(&scratch, &file.path), "{}", file.path);
    }
    assert_eq!((diff[3].added, diff[3].removed), (2, 3));
    assert_eq!(diff[0].change, FileChange::Added);
    assert_eq!(diff[1].change, FileChange::Deleted);
    assert!(diff[2].hunks.is_empty(), "bytes");
    assert_eq!(diff[5].change, FileChange::Renamed { from: "moved.txt".to_owned() });
    assert_eq!((diff[5].added, diff[5].removed), (1, 1));
}

#[test]
fn the_base_of_two_histories_is_where_they_parted() {
    let scratch = Scratch::with_files();
    let base = scratch.id("HEAD");
    scratch.run(&["switch", "-qc", "side"]);
    let side = scratch.commit("side");
    scratch.run(&["switch", "-q", "main"]);
    let main = scratch.commit("main");
    scratch.run(&["switch", "-q", "--orphan", "alone"]);
    let alone = scratch.commit("alone");
    let repository = scratch.open();
    assert_eq!(repository.merge_base(&main, &side).expect("known"), Some(base));
    assert_eq!(repository.merge_base(&main, &alone).expect("known"), None);
}
