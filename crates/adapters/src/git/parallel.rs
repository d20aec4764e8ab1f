//! Spreading independent reads over the processors.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use gix::ThreadSafeRepository;
use stationmaster_engine::ports::PortResult;

/// Fewer items than this per thread are not worth a thread.
const WORTH_A_THREAD: usize = 12;

/// Items are taken in batches, so that threads rarely meet.
const BATCH: usize = 8;

/// Do something to each item with a thread's own view of the repository. Results are in the order of the items.
/// The first error stops that thread; the error of the earliest item is returned.
pub(super) fn each<T: Sync, R: Send>(
    store: &ThreadSafeRepository,
    items: &[T],
    work: impl Fn(&gix::Repository, &T) -> PortResult<R> + Sync,
) -> PortResult<Vec<R>> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(8).min(items.len() / WORTH_A_THREAD);
    if threads < 2 {
        let repository = store.to_thread_local();
        return items.iter().map(|item| work(&repository, item)).collect();
    }
    let next = AtomicUsize::new(0);
    let run = || {
        let repository = store.to_thread_local();
        let mut done = Vec::new();
        loop {
            let start = next.fetch_add(BATCH, Ordering::Relaxed);
            if start >= items.len() {
                return done;
            }
            for (place, item) in items.iter().enumerate().skip(start).take(BATCH) {
                let result = work(&repository, item);
                let stop = result.is_err();
                done.push((place, result));
                if stop {
                    return done;
                }
            }
        }
    };
    let mut all = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut all = run();
        for other in others {
            all.extend(other.join().expect("a reading thread does not panic"));
        }
        all
    });
    all.sort_unstable_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, result)| result).collect()
}
