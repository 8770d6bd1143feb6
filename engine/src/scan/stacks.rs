//! Which template calls which: found by a cheap first look at the files, before they are judged one by one.
//!
//! Only templates that nest stacks, export or import are parsed for it, and only calls, outputs and exports are kept
//! of them. A template that others call is judged once per distinct set of parameters, and not on its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use memchr::memmem;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::links::{Links, MAX_SETS};
use super::shown::{canonical, shown};
use crate::artifact::{self, Artifact, Candidate};
use crate::finding::{PlacedNotice, Related, location_of, placed_notice};
use crate::format::Options;
use crate::format::cloudformation::{Call, Interface, Passed, Surroundings};
use crate::resource::{Notice, NoticeKind, NoticeLevel};

/// Templates larger than this are not looked into for calls: `CloudFormation` itself takes at most 1 MB.
pub(super) const MAX_TEMPLATE: u64 = 4 << 20;

/// How deep stacks may be nested.
pub(super) const MAX_DEPTH: usize = 16;

/// More notices than this on one file tell nobody more.
const MAX_NOTICES: usize = 100;

/// One way in which a template is called.
#[derive(Debug)]
pub(super) struct CallSet {
    /// Its parameters as text: sets with equal texts are one.
    meaning: String,
    passed: Arc<Passed>,
    /// The templates that the called one is nested in, from the top.
    above: Vec<Arc<str>>,
    /// The calls that lead to it, the innermost first.
    pub(super) chain: Vec<Related>,
    /// What tells it from other sets in identities: stable when lines move.
    pub(super) key: String,
}

/// The stacks of a scan.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    links: Option<Arc<Links>>,
    sets: BTreeMap<Arc<str>, Vec<CallSet>>,
    notices: BTreeMap<Arc<str>, Vec<PlacedNotice>>,
}

/// What the words in a file let expect.
#[derive(Debug, Clone, Copy, Default)]
struct Words {
    nests: bool,
    exports: bool,
    imports: bool,
}

impl Stacks {
    /// Looks at the files.
    pub(super) fn survey(candidates: &[Candidate], options: &Options) -> Self {
        let words: Vec<(&Candidate, Words)> = candidates
            .par_iter()
            .filter_map(|candidate| Some((candidate, Words::of(candidate)?)))
            .collect();
        let imports = words.iter().any(|(_, words)| words.imports);
        if !imports && !words.iter().any(|(_, words)| words.nests) {
            return Self::default();
        }
        let links = Links::new(candidates, options);
        let with = |wanted: fn(&Words) -> bool| {
            let found = words.iter().filter(move |(_, words)| wanted(words));
            found.map(|(candidate, _)| Arc::from(candidate.uri.as_str()))
        };
        let parents: Vec<Arc<str>> = with(|words| words.nests).collect();
        let exporters: Vec<Arc<str>> = if imports {
            with(|words| words.exports).collect()
        } else {
            Vec::new()
        };
        let mut survey = Survey::new(links);
        survey.read(&parents);
        survey.exports_of_callers(&exporters);
        survey.walk_all(&parents);
        survey.exports_of_called(&exporters);
        survey.finish()
    }

    /// Returns the ways in which a template is called; none for one that is judged on its own.
    pub(super) fn sets(&self, uri: &str) -> &[CallSet] {
        self.sets.get(uri).map_or(&[], Vec::as_slice)
    }

    /// Returns what is to be said about the calls that stand in a file, and those of it.
    pub(super) fn notices(&self, uri: &str) -> &[PlacedNotice] {
        self.notices.get(uri).map_or(&[], Vec::as_slice)
    }

    /// Returns the options for a template, called in this way or judged on its own; `None` where nothing differs.
    pub(super) fn options(
        &self,
        uri: &Arc<str>,
        set: Option<&CallSet>,
        options: &Options,
    ) -> Option<Options> {
        let links = self.links.as_ref()?;
        let surroundings = Surroundings {
            access: links.access(),
            uri: Arc::clone(uri),
            passed: set.map(|set| Arc::clone(&set.passed)),
            above: set.map_or_else(Vec::new, |set| set.above.clone()),
        };
        Some(Options {
            surroundings,
            ..options.clone()
        })
    }
}

impl Words {
    /// Looks for the words in a file; `None` when it holds none of them or cannot be a template.
    fn of(candidate: &Candidate) -> Option<Self> {
        let length = std::fs::metadata(&candidate.path).ok()?.len();
        if length > MAX_TEMPLATE {
            return None;
        }
        let bytes = artifact::read_found(&candidate.path, MAX_TEMPLATE).ok()?;
        let holds = |word: &str| memmem::find(&bytes, word.as_bytes()).is_some();
        let words = Self {
            nests: holds("AWS::CloudFormation::Stack") || holds("AWS::Serverless::Application"),
            imports: holds("ImportValue"),
            exports: holds("Export") && holds("Outputs"),
        };
        (words.nests || words.imports || words.exports).then_some(words)
    }
}

/// The stacks while they are being found.
struct Survey {
    links: Arc<Links>,
    /// What each parent shows when nobody calls it.
    alone: BTreeMap<Arc<str>, (Arc<Artifact>, Interface)>,
    called: BTreeSet<Arc<str>>,
    walked: BTreeSet<Arc<str>>,
    /// Templates that are called with too many sets of parameters.
    crowded: BTreeSet<Arc<str>>,
    stacks: Stacks,
}

impl Survey {
    fn new(links: Arc<Links>) -> Self {
        Self {
            links,
            alone: BTreeMap::new(),
            called: BTreeSet::new(),
            walked: BTreeSet::new(),
            crowded: BTreeSet::new(),
            stacks: Stacks::default(),
        }
    }

    fn read(&mut self, parents: &[Arc<str>]) {
        for uri in parents {
            let Some((artifact, interface)) = self.links.interface(uri, None, &[]) else {
                continue;
            };
            let calls = interface.calls.iter();
            let others = calls.filter(|call| call.template != *uri);
            self.called
                .extend(others.map(|call| Arc::clone(&call.template)));
            self.alone.insert(Arc::clone(uri), (artifact, interface));
        }
    }

    fn walk_all(&mut self, parents: &[Arc<str>]) {
        let (called, tops): (Vec<_>, Vec<_>) =
            parents.iter().partition(|uri| self.called.contains(*uri));
        // Of templates that only call each other, the first one is the top.
        for uri in tops.into_iter().chain(called) {
            if !self.walked.contains(uri)
                && let Some((artifact, interface)) = self.alone.remove(uri)
            {
                self.walked.insert(Arc::clone(uri));
                self.calls(uri, &artifact, interface, &[], &[], "");
            }
        }
    }

    fn calls(
        &mut self,
        uri: &Arc<str>,
        artifact: &Arc<Artifact>,
        interface: Interface,
        above: &[Arc<str>],
        chain: &[Related],
        key: &str,
    ) {
        let mut above = above.to_vec();
        above.push(Arc::clone(uri));
        for call in interface.calls {
            if let Some((kind, level, why)) = refused(&call, &above) {
                let message = format!("The nested stack '{}' is left out: {why}.", call.id);
                self.say(artifact, kind, level, message, &call);
                continue;
            }
            let key = format!("{key}{uri}\0{}\0", call.id);
            self.call(artifact, &call, &above, chain, &key);
        }
    }

    fn call(
        &mut self,
        artifact: &Arc<Artifact>,
        call: &Call,
        above: &[Arc<str>],
        chain: &[Related],
        key: &str,
    ) {
        let passed = Arc::new(call.passed.clone());
        let uri = Arc::clone(&call.template);
        let meaning = canonical(&passed);
        let known = self.stacks.sets(&uri);
        if known.iter().any(|set| set.meaning == meaning) {
            return;
        }
        if known.len() >= MAX_SETS {
            self.too_many(artifact, call);
            return;
        }
        let Some((child, mut interface)) = self.links.interface(&uri, Some(&passed), above) else {
            return;
        };
        let outputs = std::mem::take(&mut interface.outputs);
        self.links.remember(&uri, &meaning, outputs);
        let mut longer = vec![Related {
            location: location_of(artifact, Some(call.span)),
            address: Arc::clone(&call.id),
            message: shown(call, artifact.uri(), &interface.secrets),
        }];
        longer.extend(chain.iter().cloned());
        let sets = self.stacks.sets.entry(Arc::clone(&uri)).or_default();
        sets.push(CallSet {
            meaning,
            passed,
            above: above.to_vec(),
            chain: longer.clone(),
            key: key.to_owned(),
        });
        self.walked.insert(Arc::clone(&uri));
        self.calls(&uri, &child, interface, above, &longer, key);
    }

    /// Says once that a template is called in more ways than are judged.
    fn too_many(&mut self, artifact: &Arc<Artifact>, call: &Call) {
        if self.crowded.insert(Arc::clone(&call.template)) {
            let message = format!(
                "'{}' is called with more than {MAX_SETS} sets of parameters: those from this call on are not judged.",
                call.template
            );
            let (kind, level) = (NoticeKind::Limit, NoticeLevel::Error);
            self.say(artifact, kind, level, message, call);
        }
    }

    fn say(
        &mut self,
        artifact: &Arc<Artifact>,
        kind: NoticeKind,
        level: NoticeLevel,
        message: String,
        call: &Call,
    ) {
        let notice = Notice {
            kind,
            level,
            message,
            span: Some(call.span),
        };
        let uri = Arc::clone(artifact.uri());
        let notices = self.stacks.notices.entry(uri).or_default();
        if notices.len() < MAX_NOTICES {
            notices.push(placed_notice(artifact, notice));
        }
    }

    fn exports_of_callers(&self, exporters: &[Arc<str>]) {
        for uri in exporters.iter().filter(|uri| !self.called.contains(*uri)) {
            let known = self.alone.get(uri).map(|(_, interface)| interface);
            match known {
                Some(interface) => self.links.add_exports(uri, &interface.exports),
                None => {
                    if let Some((_, interface)) = self.links.interface(uri, None, &[]) {
                        self.links.add_exports(uri, &interface.exports);
                    }
                }
            }
        }
    }

    fn exports_of_called(&self, exporters: &[Arc<str>]) {
        for uri in exporters.iter().filter(|uri| self.called.contains(*uri)) {
            let sets = self.stacks.sets(uri).iter();
            let mut ways: Vec<_> = sets
                .map(|set| (Some(&set.passed), set.above.as_slice()))
                .collect();
            if ways.is_empty() {
                ways.push((None, &[]));
            }
            for (passed, above) in ways {
                if let Some((_, interface)) = self.links.interface(uri, passed, above) {
                    self.links.add_exports(uri, &interface.exports);
                }
            }
        }
    }

    fn finish(self) -> Stacks {
        Stacks {
            links: Some(self.links),
            ..self.stacks
        }
    }
}

/// Tells why a call is not followed.
fn refused(call: &Call, above: &[Arc<str>]) -> Option<(NoticeKind, NoticeLevel, String)> {
    if above.contains(&call.template) {
        let why = format!("'{}' would be nested in itself", call.template);
        return Some((NoticeKind::InvalidInput, NoticeLevel::Warning, why));
    }
    (above.len() > MAX_DEPTH).then(|| {
        let why = format!("stacks are followed {MAX_DEPTH} levels deep");
        (NoticeKind::Limit, NoticeLevel::Error, why)
    })
}

#[cfg(test)]
#[path = "stacks_tests.rs"]
mod tests;
