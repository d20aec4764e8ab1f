//! Finished files to a release on the forge, each once (R11).

use stationmaster_core::step::Deliver;

use crate::{
    ports::{ArchiveFile, World},
    release_files::take_list_away,
    stopped::{Changed, Stopped},
};

/// Put them beside the release, in this order. Stopped anywhere and run again, what is there is not sent again.
pub(super) async fn run(world: &World<'_>, it: &Deliver) -> Result<String, Stopped> {
    let names: Vec<&str> = it.files.iter().map(|file| file.name.as_str()).collect();
    let mut changed = take_list_away(world, &it.tag, names.iter().copied()).await?;
    for file in &it.files {
        let (name, path) = (file.name.clone(), it.folder.join(&file.name));
        let file = ArchiveFile { name, path, digest: file.digest, size: file.size };
        world.here.forge.put_file(&it.tag, &file).await.map_err(|error| changed.stopped(error))?;
        changed = Changed::Something;
    }
    Ok(names.join(", "))
}
