//! What the attributes of a commit (`.gitattributes`) make of its files where they are checked out. No filter program is run, and
//! what a machine's own configuration says of line ends does not count: files are as on a machine that ends lines with one byte.

use std::{collections::BTreeMap, path::PathBuf};

use gix::{
    attrs::{
        Search, StateRef,
        search::{MetadataCollection, Outcome},
    },
    bstr::BStr,
    filter::plumbing::{
        Pipeline,
        eol::{Configuration, Mode as LineEnds},
        pipeline::{
            Options,
            convert::{ToWorktreeOutcome, to_worktree},
        },
    },
    glob::pattern::Case,
    index::{
        State as Index,
        entry::{Flags, Mode, Stat},
    },
    objs::tree::EntryKind,
    worktree::{
        Stack,
        stack::{
            State,
            state::{Attributes as Rules, attributes::Source},
        },
    },
};
use stationmaster_core::model::StandIn;

use super::{PortResult, failure::failed, files::Found, ident};

/// The attributes that change what is checked out.
const CHANGING: [&str; 4] = ["filter", "working-tree-encoding", "ident", "eol"];

/// What becomes of a file that is not checked out as it is in git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Treatment {
    /// It has this content.
    Text(Vec<u8>),
    /// It cannot be made here.
    StandIn(StandIn),
}

/// What attributes ask for.
enum Change {
    /// Other line ends, or the file's id filled in.
    Text { ident: bool },
    /// What is not done here.
    Unmakeable(StandIn),
}

/// The attributes of a commit.
pub(super) struct Attributes {
    stack: Stack,
    found: Outcome,
}

impl Attributes {
    /// Those of a commit with these files. None: it has none.
    pub(super) fn of(repository: &gix::Repository, files: &[Found]) -> PortResult<Option<Self>> {
        // Git takes no rules from a link.
        let is_named = |path: &str| path == ".gitattributes" || path.ends_with("/.gitattributes");
        let is_rule = |file: &&Found| file.kind != EntryKind::Link && is_named(&file.path);
        let mut index = Index::new(repository.object_hash());
        for file in files.iter().filter(is_rule) {
            let path = BStr::new(&file.path);
            index.dangerously_push_entry(Stat::default(), file.blob, Flags::empty(), Mode::FILE, path);
        }
        if index.entries().is_empty() {
            return Ok(None);
        }
        index.sort_entries();
        let mut collection = MetadataCollection::default();
        let builtin = Search::new_globals(std::iter::empty::<PathBuf>(), &mut Vec::new(), &mut collection)
            .map_err(|error| failed("read the attributes", error))?;
        let mut found = Outcome::default();
        found.initialize_with_selection(&collection, CHANGING);
        let rules = Rules::new(builtin, None, Source::IdMapping, collection);
        let state = State::AttributesStack(rules);
        let mappings = state.id_mappings_from_index(&index, index.path_backing(), Case::Sensitive);
        // Nothing is looked up below the folder: all rules are objects.
        let stack = Stack::new("/", state, Case::Sensitive, Vec::new(), mappings);
        Ok(Some(Self { stack, found }))
    }

    /// What becomes of those of these files that are checked out otherwise than they are in git.
    pub(super) fn treatments(
        mut self,
        repository: &gix::Repository,
        files: &[Found],
    ) -> PortResult<BTreeMap<String, Treatment>> {
        let eol_config = Configuration { eol: Some(LineEnds::Lf), ..Configuration::default() };
        let options = Options { eol_config, ..Options::default() };
        let mut pipeline = Pipeline::new(gix::command::Context::default(), repository.object_hash(), options);
        let mut treatments = BTreeMap::new();
        for file in files.iter().filter(|file| matches!(file.kind, EntryKind::Blob | EntryKind::BlobExecutable)) {
            let treatment = match self.change(repository, file)? {
                None => None,
                Some(Change::Unmakeable(stand_in)) => Some(Treatment::StandIn(stand_in)),
                Some(Change::Text { ident }) => {
                    self.converted(repository, &mut pipeline, file, ident)?.map(Treatment::Text)
                }
            };
            treatments.extend(treatment.map(|it| (file.path.clone(), it)));
        }
        Ok(treatments)
    }

    /// How attributes change a file, if they do.
    fn change(&mut self, repository: &gix::Repository, file: &Found) -> PortResult<Option<Change>> {
        let unread = |error| failed(format!("read the attributes of `{}`", file.path), error);
        let place = self.stack.at_entry(file.path.as_str(), None, &repository.objects).map_err(unread)?;
        if !place.matching_attributes(&mut self.found) {
            return Ok(None);
        }
        let (mut ident, mut line_ends) = (false, false);
        for found in self.found.iter_selected() {
            let name = found.assignment.name.as_str();
            match (name, found.assignment.state) {
                // A file that is no pointer passes that filter as it is.
                ("filter", StateRef::Value(value)) if value.as_bstr() == "lfs" => {}
                ("filter", StateRef::Value(value)) => {
                    return Ok(Some(Change::Unmakeable(StandIn::Filter(value.as_bstr().to_string()))));
                }
                ("working-tree-encoding", StateRef::Value(value)) if !is_utf8(value.as_bstr()) => {
                    return Ok(Some(Change::Unmakeable(StandIn::Encoding(value.as_bstr().to_string()))));
                }
                ("ident", StateRef::Set) => ident = true,
                ("eol", StateRef::Value(value)) => line_ends = value.as_bstr() == "crlf",
                _ => {}
            }
        }
        Ok((ident || line_ends).then_some(Change::Text { ident }))
    }

    /// A file's content where it is checked out, if that differs.
    fn converted(
        &mut self,
        repository: &gix::Repository,
        pipeline: &mut Pipeline,
        file: &Found,
        ident: bool,
    ) -> PortResult<Option<Vec<u8>>> {
        let unread = |error| failed(format!("read `{}` (blob {})", file.path, file.blob), error);
        let Some(object) = repository.try_find_object(file.blob).map_err(unread)? else { return Ok(None) };
        let filled_in = if ident { ident::expanded(&object.data, file.blob) } else { None };
        let text = filled_in.as_deref().unwrap_or(&object.data);
        let place = self.stack.at_entry(file.path.as_str(), None, &repository.objects);
        let place = place.map_err(|error| failed(format!("read the attributes of `{}`", file.path), error))?;
        let options = to_worktree::Options {
            can_delay: gix::filter::plumbing::driver::apply::Delay::Forbid,
            unknown_encoding: to_worktree::UnknownEncoding::Fail,
        };
        let mut look = |_: &BStr, found: &mut Outcome| {
            place.matching_attributes(found);
        };
        let converted = pipeline.convert_to_worktree(text, BStr::new(&file.path), &mut look, options);
        let converted = match converted.map_err(|error| failed(format!("convert `{}`", file.path), error))? {
            ToWorktreeOutcome::Buffer(text) => Some(text.to_owned()),
            ToWorktreeOutcome::Unchanged(_) | ToWorktreeOutcome::Process(_) => None,
        };
        Ok(converted.or(filled_in))
    }
}

fn is_utf8(encoding: &BStr) -> bool {
    encoding.eq_ignore_ascii_case(b"utf-8") || encoding.eq_ignore_ascii_case(b"utf8")
}
