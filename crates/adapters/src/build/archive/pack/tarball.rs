//! Tar, as all tools read it.

use std::io::{self, Write};

use tar::{Builder, EntryType, Header};

use super::{Content, Part, Stamp};

pub(super) fn write(parts: &[Part<'_>], stamp: Stamp, out: &mut dyn Write) -> io::Result<()> {
    let mut tar = Builder::new(out);
    for part in parts {
        match part {
            Part::Folder(path) => {
                tar.append_data(&mut header(EntryType::Directory, 0o755, 0, stamp), path, io::empty())?
            }
            Part::File { path, item } => match (&item.content, item.content.open()?) {
                (Content::Link(target), _) => {
                    tar.append_link(&mut header(EntryType::Symlink, item.mode(), 0, stamp), path, target)?;
                }
                (_, Some((size, content))) => {
                    tar.append_data(&mut header(EntryType::Regular, item.mode(), size, stamp), path, content)?;
                }
                (_, None) => {}
            },
        }
    }
    tar.into_inner().map(|_| ())
}

fn header(sort: EntryType, mode: u32, size: u64, stamp: Stamp) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(sort);
    header.set_mode(mode);
    header.set_size(size);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(u64::try_from(stamp.seconds).unwrap_or_default());
    header
}
