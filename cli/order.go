package cli

import (
	"context"
	"runtime"
	"sync"
)

// windowPerWorker is how many results may wait for one before them that takes
// longer, per worker. It bounds the memory of a run.
const windowPerWorker = 4

// inOrder works on the items in parallel and hands the results on one by one, in
// the order of the items. It ends at the first error of emit, or when the context
// does, and leaves nothing running.
func inOrder[Item, Result any](ctx context.Context, items []Item, work func(Item) Result, emit func(Result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()

	workers := min(runtime.GOMAXPROCS(0), len(items))
	free := make(chan struct{}, workers)
	waiting := make(chan chan Result, workers*windowPerWorker)
	running.Go(func() {
		defer close(waiting)
		for _, item := range items {
			result := make(chan Result, 1)
			select {
			case waiting <- result:
			case <-ctx.Done():
				return
			}
			select {
			case free <- struct{}{}:
			case <-ctx.Done():
				return
			}
			running.Go(func() {
				defer func() { <-free }()
				result <- work(item)
			})
		}
	})
	for result := range waiting {
		select {
		case done := <-result:
			// What was worked on while the context ended may be half of a result.
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := emit(done); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}
