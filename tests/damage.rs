//! Damaged copies of the fixtures, scanned beside whole ones: no crash, an account of each, and nothing that is found in
//! the whole ones changes. `fuzz/damage.py` does the same with thousands of files of any folder.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ordinance_engine::artifact::DiscoveryOptions;
use ordinance_engine::policy::Request;
use ordinance_engine::scan::{Disposition, Scan, ScanOptions, scan};

/// How many copies are damaged.
const COPIES: u64 = 400;

/// Numbers that look random and are the same in each run (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).unwrap()
    }
}

/// Texts that mean something to some reader.
const STRANGE: [&[u8]; 12] = [
    b"\0", b"\xff", b"\t", b"\r", b"&a ", b"*a", b"<<: ", b"{", b"]", b"!Ref ", b"${{", b"null",
];

fn damaged(mut data: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(3) {
        let at = chance.below(data.len() + 1);
        let end = (at + [1, 2, 8, 64, 512][chance.below(5)]).min(data.len());
        match chance.below(6) {
            0 => data.truncate(at),
            1 => drop(data.drain(at..end)),
            2 => {
                let piece = data[at..end].to_vec();
                data.splice(at..at, piece);
            }
            3 => data[at..end]
                .iter_mut()
                .for_each(|byte| *byte ^= 1 << chance.below(8)),
            4 => drop(data.splice(
                at..end,
                (0..8).map(|_| u8::try_from(chance.below(256)).unwrap()),
            )),
            _ => drop(data.splice(at..at, STRANGE[chance.below(STRANGE.len())].iter().copied())),
        }
    }
    data
}

/// The fixtures that a scan reads one by one, by their names.
fn fixtures() -> Vec<PathBuf> {
    let folders = support::policy_folders();
    let all = folders
        .iter()
        .flat_map(|folder| support::children(&folder.join("fixtures")));
    let is_ours = |path: &PathBuf| {
        path.extension()
            .is_some_and(|end| end == "yaml" || end == "json")
    };
    all.filter(|path| path.is_file() && is_ours(path)).collect()
}

fn scanned(folder: &Path) -> Scan {
    let options = ScanOptions {
        discovery: DiscoveryOptions {
            paths: vec![folder.to_owned()],
            ..DiscoveryOptions::default()
        },
        ..ScanOptions::default()
    };
    scan(options, &support::evaluator(&Request::default()), &|_| {}).unwrap()
}

/// What is found in the whole files, with the places.
fn found(scan: &Scan) -> Vec<String> {
    let whole = scan
        .findings
        .iter()
        .filter(|one| one.unit_uri.contains("/whole/"));
    whole
        .map(|one| {
            format!(
                "{} {:?} {:?} {}",
                one.identity, one.outcome, one.location, one.message
            )
        })
        .collect()
}

#[test]
fn damaged_files_are_accounted_for_and_change_nothing_of_whole_ones() {
    let folder = support::scratch("damage");
    let fixtures = fixtures();
    fs::create_dir_all(folder.join("whole")).unwrap();
    let whole = fixtures.iter().step_by(8);
    let whole =
        whole.map(|path| fs::copy(path, folder.join("whole").join(path.file_name().unwrap())));
    assert!(whole.map(Result::unwrap).count() > 40);
    let names = support::children(&folder.join("whole")).len();
    let before = scanned(&folder);
    assert_eq!(before.artifacts.len(), names);
    let mut chance = Chance(1);
    for number in 0..COPIES {
        let path = &fixtures[chance.below(fixtures.len())];
        let copy = folder.join(format!("damaged/{number}"));
        fs::create_dir_all(&copy).unwrap();
        let data = damaged(fs::read(path).unwrap(), &mut chance);
        fs::write(copy.join(path.file_name().unwrap()), data).unwrap();
    }
    let after = scanned(&folder);
    let mut accounts: BTreeMap<&str, usize> = BTreeMap::new();
    for artifact in &after.artifacts {
        *accounts.entry(&artifact.uri).or_default() += 1;
    }
    assert_eq!(accounts.len() as u64, names as u64 + COPIES);
    assert!(accounts.values().all(|count| *count == 1));
    let unreadable: Vec<_> = after
        .artifacts
        .iter()
        .filter(|one| one.disposition == Disposition::Unreadable)
        .collect();
    assert!(unreadable.len() > 40 && !after.complete);
    for one in unreadable {
        let is_named = after.notices.iter().any(|notice| {
            notice
                .location
                .as_ref()
                .is_some_and(|location| location.uri == one.uri)
        });
        assert!(is_named, "{}", one.uri);
    }
    let policies: Vec<_> = after
        .notices
        .iter()
        .filter(|notice| notice.rule.is_some())
        .collect();
    assert!(policies.is_empty(), "{policies:?}");
    assert_eq!(found(&before), found(&after));
}
