// Package browser opens what Sluice writes for browsers in a real one: Chromium, which is
// $CHROMIUM or a program of that name.
package browser

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "the `directory` in which to leave pictures of the page")

// chromium finds the browser.
func chromium(t *testing.T) string {
	t.Helper()
	if given := os.Getenv("CHROMIUM"); given != "" {
		return given
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	t.Fatal("this test needs Chromium, the package chromium of Debian, or its file in $CHROMIUM")
	return ""
}

// opened is the page in a browser, and what the browser said of it.
type opened struct {
	ctx context.Context //nolint:containedctx // chromedp keeps the tab in it.

	mutex sync.Mutex
	// requests are the addresses that were asked for; complaints what the console has.
	requests, complaints []string
}

// open opens the page of the sample.
func open(t *testing.T) *opened {
	t.Helper()
	file := filepath.Join(t.TempDir(), "audit.html")
	page, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := sample().WriteHTML(page); err != nil {
		t.Fatal(err)
	}
	if err := page.Close(); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)),
		// What it opens is our own, and in containers its sandbox cannot be had.
		chromedp.NoSandbox)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	o := &opened{}
	o.ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Listen(o.ctx, func(event any) {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		switch event := event.(type) {
		case *network.EventRequestWillBeSent:
			o.requests = append(o.requests, event.Request.URL)
		case *cdplog.EventEntryAdded:
			o.complaints = append(o.complaints, event.Entry.Text)
		case *runtime.EventExceptionThrown:
			o.complaints = append(o.complaints, event.ExceptionDetails.Text)
		}
	}); err != nil {
		t.Fatal(err)
	}
	o.do(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, network := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		_, log := cdp.Call(ctx, target, cdplog.Enable, cdp.Empty{})
		return errors.Join(network, log)
	}), chromedp.Navigate("file://"+file))
	return o
}

func (o *opened) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(o.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// ask evaluates an expression.
func ask[T any](t *testing.T, o *opened, expression string) T {
	t.Helper()
	answer, err := chromedp.Run(o.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (o *opened) picture(t *testing.T, name string) {
	t.Helper()
	if *screenshots == "" {
		return
	}
	picture, err := chromedp.Run(o.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestThePageNeedsNothingElseAndRunsNothing(t *testing.T) {
	o := open(t)
	if title := ask[string](t, o, "document.title"); title != "Sluice audit of https://127.0.0.1:6443" {
		t.Errorf("the title is %q", title)
	}
	shown := ask[string](t, o, "document.body.innerText")
	for _, has := range []string{"4 pods with Kafka or ZooKeeper", "audit/not-injected", "security/heap-exceeds-memory-limit", "istio-sidecar-injector", hostile} {
		if !strings.Contains(shown, has) {
			t.Errorf("%q is not shown:\n%s", has, shown)
		}
	}
	if elements := ask[int](t, o, "document.querySelectorAll('script, img, link, iframe').length"); elements != 0 {
		t.Errorf("%d elements could load or run something", elements)
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if len(o.requests) != 1 || len(o.complaints) > 0 {
		t.Errorf("asked for %q; the browser says %q", o.requests, o.complaints)
	}
}

func TestWhatNeedsAPersonIsOpenAndTheRestOneClickAway(t *testing.T) {
	o := open(t)
	const well = "[...document.querySelectorAll('details')].find(d => d.innerText.includes('events/zookeeper-0'))"
	if got := ask[int](t, o, "document.querySelectorAll('details[open]').length"); got != 3 {
		t.Errorf("%d pods are open", got)
	}
	if ask[bool](t, o, well+".open") {
		t.Error("a pod that is well is open")
	}
	ask[any](t, o, well+".querySelector('summary').click()")
	if shown := ask[string](t, o, well+".innerText"); !strings.Contains(shown, "quorum-listen/flipped") {
		t.Errorf("after a click it shows %q", shown)
	}
}

func TestThePageFitsItsScreenAndCanBeRead(t *testing.T) {
	o := open(t)
	for _, width := range []int64{1280, 400} {
		for _, scheme := range []string{"light", "dark"} {
			name := fmt.Sprint(scheme, "-", width)
			t.Run(name, func(t *testing.T) {
				o.do(t, chromedp.EmulateViewport(width, 900),
					chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
						_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
							Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
						})
						return err
					}))
				o.picture(t, name)
				if over := ask[int](t, o, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
					t.Errorf("%d pixels are beyond the right edge", over)
				}
				// WCAG 2.2, success criterion 1.4.3: text has a contrast of at least 4.5.
				for _, class := range []string{"error", "warning", "info", "good", "faint"} {
					if ratio := ask[float64](t, o, fmt.Sprintf(contrast, class)); ratio < 4.5 {
						t.Errorf("%s has a contrast of %.1f", class, ratio)
					}
				}
			})
		}
	}
}

// contrast is WCAG's, of the first element of a class and the page behind it.
const contrast = `(() => {
  const numbers = color => color.match(/[\d.]+/g).map(Number);
  const probe = document.body.appendChild(document.createElement('div'));
  probe.style.backgroundColor = 'Canvas';
  const back = numbers(getComputedStyle(probe).backgroundColor);
  probe.remove();
  const style = getComputedStyle(document.querySelector('.%s'));
  const front = numbers(style.color).slice(0, 3).map((c, i) => c * style.opacity + back[i] * (1 - style.opacity));
  const light = color => {
    const [r, g, b] = color.map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [light(front), light(back.slice(0, 3))].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
})()`
