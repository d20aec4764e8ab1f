//! Spreading independent reads over the processors.

use std::{
    sync::{
        Condvar, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use gix::ThreadSafeRepository;
use stationmaster_engine::ports::{PortError, PortResult};

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
    let threads = processors().min(items.len() / WORTH_A_THREAD);
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

/// Do something to each item, which may bring forth more items, until there are none left. Results come in any order; after an
/// error nothing more is begun.
pub(super) fn spread<T: Send, R: Send>(
    store: &ThreadSafeRepository,
    first: Vec<T>,
    work: impl Fn(&gix::Repository, T, &mut Grown<T, R>) -> PortResult<()> + Sync,
) -> PortResult<Vec<R>> {
    let repository = store.to_thread_local();
    let mut grown = Grown { open: first, results: Vec::new() };
    // Alone, until there is enough for two.
    while !grown.open.is_empty() && (processors() < 2 || grown.open.len() < 2 * WORTH_A_THREAD) {
        for item in std::mem::take(&mut grown.open) {
            work(&repository, item, &mut grown)?;
        }
    }
    if grown.open.is_empty() {
        return Ok(grown.results);
    }
    let queue = Queue {
        state: Mutex::new(State { open: grown.open, busy: 0, waiting: 0, failed: None }),
        news: Condvar::new(),
    };
    let mut results = grown.results;
    thread::scope(|scope| {
        let others: Vec<_> =
            (1..processors()).map(|_| scope.spawn(|| queue.drain(&store.to_thread_local(), &work))).collect();
        results.extend(queue.drain(&repository, &work));
        for other in others {
            results.extend(other.join().expect("a reading thread does not panic"));
        }
    });
    let state = queue.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    state.failed.map_or(Ok(results), Err)
}

/// What came of some items.
pub(super) struct Grown<T, R> {
    /// Items to look at as well.
    pub(super) open: Vec<T>,
    /// Results.
    pub(super) results: Vec<R>,
}

/// Items that threads take from and add to.
struct Queue<T> {
    state: Mutex<State<T>>,
    news: Condvar,
}

struct State<T> {
    open: Vec<T>,
    /// Threads that may still add items.
    busy: usize,
    /// Threads that wait for items. Telling nobody would still be a call to the system.
    waiting: usize,
    failed: Option<PortError>,
}

impl<T> Queue<T> {
    /// Work until there is nothing left and nobody can add anything.
    fn drain<R>(
        &self,
        repository: &gix::Repository,
        work: &impl Fn(&gix::Repository, T, &mut Grown<T, R>) -> PortResult<()>,
    ) -> Vec<R> {
        let mut grown = Grown { open: Vec::new(), results: Vec::new() };
        let mut state = self.lock();
        while state.failed.is_none() {
            let rest = state.open.len().saturating_sub(BATCH.min(state.open.len().div_ceil(2)));
            let batch = state.open.split_off(rest);
            if batch.is_empty() {
                if state.busy == 0 {
                    break;
                }
                state.waiting += 1;
                state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
                continue;
            }
            state.busy += 1;
            drop(state);
            let outcome = batch.into_iter().try_for_each(|item| work(repository, item, &mut grown));
            state = self.lock();
            state.busy -= 1;
            state.open.append(&mut grown.open);
            state.failed = state.failed.take().or(outcome.err());
            if state.waiting > 0 {
                self.news.notify_all();
            }
        }
        grown.results
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many threads there may be. Asked once: to tell, the system reads files.
fn processors() -> usize {
    static PROCESSORS: OnceLock<usize> = OnceLock::new();
    *PROCESSORS.get_or_init(|| thread::available_parallelism().map_or(1, usize::from).min(8))
}
