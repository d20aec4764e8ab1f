//! The stories, and what came of them, for review.

use crate::play::Stage;

/// Name and text of every story.
pub(crate) const STORIES: [(&str, &str); 34] = [
    ("bump_and_release_on_merge", include_str!("stories/bump_and_release_on_merge.story")),
    ("cut_and_release_later", include_str!("stories/cut_and_release_later.story")),
    ("candidates", include_str!("stories/candidates.story")),
    ("overdue", include_str!("stories/overdue.story")),
    ("closed_by_a_person", include_str!("stories/closed_by_a_person.story")),
    ("main_moves_between_plan_and_apply", include_str!("stories/main_moves_between_plan_and_apply.story")),
    ("main_moves_under_a_pull_request", include_str!("stories/main_moves_under_a_pull_request.story")),
    ("checks_red_then_green", include_str!("stories/checks_red_then_green.story")),
    ("lost_replies", include_str!("stories/lost_replies.story")),
    ("rate_limit", include_str!("stories/rate_limit.story")),
    ("index_delay", include_str!("stories/index_delay.story")),
    ("weekend", include_str!("stories/weekend.story")),
    ("latest_by_version", include_str!("stories/latest_by_version.story")),
    ("offline", include_str!("stories/offline.story")),
    ("taken_before_the_tag", include_str!("stories/taken_before_the_tag.story")),
    ("taken_after_the_tag", include_str!("stories/taken_after_the_tag.story")),
    ("index_away_at_a_precondition", include_str!("stories/index_away_at_a_precondition.story")),
    ("security_day", include_str!("stories/security_day.story")),
    ("line_ends_before_its_patch", include_str!("stories/line_ends_before_its_patch.story")),
    ("fix_is_reverted", include_str!("stories/fix_is_reverted.story")),
    ("fix_is_reverted_on_its_line", include_str!("stories/fix_is_reverted_on_its_line.story")),
    ("release_merged_before_the_fix", include_str!("stories/release_merged_before_the_fix.story")),
    ("rust_is_not_raised", include_str!("stories/rust_is_not_raised.story")),
    ("two_fixes_in_one_patch", include_str!("stories/two_fixes_in_one_patch.story")),
    ("patch_of_an_old_line", include_str!("stories/patch_of_an_old_line.story")),
    ("crate_over_the_size_limit", include_str!("stories/crate_over_the_size_limit.story")),
    ("categories_unknown_to_the_registry", include_str!("stories/categories_unknown_to_the_registry.story")),
    ("readme_is_missing", include_str!("stories/readme_is_missing.story")),
    ("merged_in_spite_of_a_finding", include_str!("stories/merged_in_spite_of_a_finding.story")),
    ("crate_that_no_list_knows", include_str!("stories/crate_that_no_list_knows.story")),
    ("archives_before_the_release", include_str!("stories/archives_before_the_release.story")),
    ("archives_made_here_and_elsewhere", include_str!("stories/archives_made_here_and_elsewhere.story")),
    ("archives_of_a_ci", include_str!("stories/archives_of_a_ci.story")),
    ("second_process", include_str!("stories/second_process.story")),
];

/// Play a story to its end.
pub(crate) fn play(text: &str) -> Stage {
    let mut stage = Stage::new();
    text.lines().for_each(|line| stage.line(line));
    stage
}

#[test]
fn every_story_goes_as_reviewed() {
    for (name, text) in STORIES {
        let stage = play(text);
        assert_eq!(stage.world.breaches(), [], "{name}:\n{}", stage.log.join("\n"));
        insta::assert_snapshot!(name, stage.log.join("\n"));
    }
}
