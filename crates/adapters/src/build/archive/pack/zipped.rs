//! Zip, as all tools read it.

use std::io::{self, Write};

use jiff::{Timestamp, civil::date, tz::TimeZone};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::{Content, Part, Stamp};

/// Larger files need the newer form.
const LARGE: u64 = 0xffff_ffff;

pub(super) fn write(parts: &[Part<'_>], stamp: Stamp, out: &mut dyn Write) -> io::Result<()> {
    // Written in memory: the format's heads are completed afterwards.
    let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(time(stamp));
    for part in parts {
        match part {
            Part::Folder(path) => zip.add_directory(path.as_str(), plain.unix_permissions(0o755))?,
            Part::File { path, item } => match (&item.content, item.content.open()?) {
                (Content::Link(target), _) => {
                    zip.add_symlink(path.as_str(), target.as_str(), plain.unix_permissions(item.mode()))?;
                }
                (_, Some((size, mut content))) => {
                    let options = plain.unix_permissions(item.mode()).large_file(size >= LARGE);
                    zip.start_file(path.as_str(), options)?;
                    io::copy(&mut content, &mut zip)?;
                }
                (_, None) => {}
            },
        }
    }
    out.write_all(zip.finish()?.get_ref())
}

/// The format knows no time before 1980 and none after 2107, and no zone: it is UTC.
fn time(stamp: Stamp) -> DateTime {
    let earliest = date(1980, 1, 1).at(0, 0, 0, 0);
    let at = Timestamp::from_second(stamp.seconds).unwrap_or_default().to_zoned(TimeZone::UTC).datetime();
    let at = at.clamp(earliest, date(2107, 12, 31).at(23, 59, 58, 0));
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(at.year()).unwrap_or_default();
    let made = DateTime::from_date_and_time(
        year,
        small(at.month()),
        small(at.day()),
        small(at.hour()),
        small(at.minute()),
        small(at.second()),
    );
    made.unwrap_or_default()
}
