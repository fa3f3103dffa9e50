package cli

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
)

func numbers(count int) []int {
	all := make([]int, count)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestResultsComeInTheOrderOfTheItemsHoweverLongEachTakes(t *testing.T) {
	items := numbers(500)
	var got []int
	err := inOrder(context.Background(), items, func(i int) int {
		for range i % 7 {
			runtime.Gosched()
		}
		return i
	}, func(i int) error {
		got = append(got, i)
		return nil
	})
	if err != nil || !slices.Equal(got, items) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestNoMoreThanAWindowOfResultsWaits(t *testing.T) {
	workers := runtime.GOMAXPROCS(0)
	// One is emitted, one is about to be put into the window.
	most := int64(workers*windowPerWorker + workers + 2)
	var begun, emitted atomic.Int64
	err := inOrder(context.Background(), numbers(2000), func(int) int {
		if waiting := begun.Add(1) - emitted.Load(); waiting > most {
			t.Errorf("%d results wait, more than %d", waiting, most)
		}
		return 0
	}, func(int) error {
		runtime.Gosched()
		emitted.Add(1)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTheFirstErrorEndsTheWorkAndLeavesNothingRunning(t *testing.T) {
	failed := errors.New("failed")
	var running atomic.Int64
	emitted := 0
	err := inOrder(context.Background(), numbers(1000), func(int) int {
		running.Add(1)
		defer running.Add(-1)
		runtime.Gosched()
		return 0
	}, func(int) error {
		if emitted++; emitted == 3 {
			return failed
		}
		return nil
	})
	if !errors.Is(err, failed) || emitted != 3 || running.Load() != 0 {
		t.Errorf("got %v after %d results, %d still running", err, emitted, running.Load())
	}
}

func TestAnInterruptEndsTheWork(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	emitted := 0
	err := inOrder(ctx, numbers(1000), func(i int) int { return i }, func(int) error {
		if emitted++; emitted == 3 {
			interrupt()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || emitted >= 1000 {
		t.Errorf("got %v after %d results", err, emitted)
	}
}

func TestNoItemIsNoWork(t *testing.T) {
	err := inOrder(context.Background(), nil, func(int) int { t.Error("worked"); return 0 }, func(int) error { t.Error("emitted"); return nil })
	if err != nil {
		t.Error(err)
	}
}
