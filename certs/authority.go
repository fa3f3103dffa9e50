package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The pauses after a failure, doubled from the shortest to the longest.
const (
	shortestPause = time.Second
	longestPause  = time.Minute
)

// Authority keeps the certificates. Each replica runs one.
type Authority struct {
	Options
	client client.WithWatch
	server *serverClock
	woken  chan struct{}

	// current is what was last found or written, without the signer's key.
	current atomic.Pointer[state]
	// unpublished says why API servers may not trust the leaf; it holds nil if they do.
	unpublished atomic.Pointer[error]
	metrics     *Metrics
	trouble     trouble
}

// New returns an Authority that has not asked the cluster anything yet.
func New(config *rest.Config, options Options) (*Authority, error) {
	if err := options.complete(); err != nil {
		return nil, err
	}
	a := &Authority{Options: options, woken: make(chan struct{}, 1)}
	if options.Clock == nil {
		a.Clock = clock.RealClock{}
		a.server = &serverClock{clock: a.Clock}
		config = rest.CopyConfig(config)
		config.Wrap(a.server.wrap)
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), admissionregistrationv1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	var err error
	if a.client, err = client.NewWithWatch(config, client.Options{Scheme: scheme}); err != nil {
		return nil, fmt.Errorf("preparing to keep the certificates: %w", err)
	}
	notYet := errors.New("no certificate has been made yet")
	a.unpublished.Store(&notYet)
	a.metrics = newMetrics(a)
	return a, nil
}

// Start keeps the certificates until the context ends.
func (a *Authority) Start(ctx context.Context) error {
	a.watch(ctx)
	pause := shortestPause
	for {
		err := a.look(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // an end that was asked for is no failure
		}
		a.report(err)
		until := a.Lifetimes.until(a.now(), a.current.Load())
		if err == nil {
			pause = shortestPause
		} else {
			// However many changes there are, what fails is not tried more often.
			if !a.rest(ctx) {
				return nil
			}
			until, pause = pause, min(2*pause, longestPause)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.Clock.After(until):
		case <-a.woken:
		}
	}
}

// rest waits for the shortest pause, and says whether the context goes on.
func (a *Authority) rest(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-a.Clock.After(shortestPause):
		return true
	}
}

// wake makes Start look at once.
func (a *Authority) wake() {
	select {
	case a.woken <- struct{}{}:
	default:
	}
}

// now is the time that counts.
func (a *Authority) now() time.Time {
	if a.server != nil {
		return a.server.now()
	}
	return a.Clock.Now()
}

// look reads the Secret, writes it if something is due, tells the API servers what to
// trust, and only then serves what is there.
func (a *Authority) look(ctx context.Context) error {
	// Whoever loses a race finds the winner's work; to lose many in a row something
	// else has to be wrong.
	const races = 5
	for range races {
		s, err := a.settle(ctx)
		if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
			continue
		}
		if err != nil {
			// What is published may have been taken away all the same.
			if held := a.current.Load(); held != nil {
				err = errors.Join(err, a.publish(ctx, held))
			}
			return err
		}
		err = a.publish(ctx, &s)
		s.signer = nil
		a.current.Store(&s)
		return err
	}
	return &failure{step: stepWrite, err: fmt.Errorf("writing the Secret %s: others were quicker %d times in a row", a.Secret, races)}
}

// settle returns what the Secret holds once everything due is done.
func (a *Authority) settle(ctx context.Context) (state, error) {
	secret := &corev1.Secret{}
	err := a.client.Get(ctx, a.Secret, secret)
	missing := apierrors.IsNotFound(err)
	if err != nil && !missing {
		return state{}, &failure{stepRead, fmt.Errorf("reading the Secret %s: %w", a.Secret, err)}
	}
	if !missing && secret.Type != SecretType {
		return state{}, &failure{stepForeign, fmt.Errorf("the Secret %s is of type %s and not ours, so it is left alone; delete it, or let Sluice use another one", a.Secret, secret.Type)}
	}
	stored, damage := decode(secret.Data)
	held := a.current.Load()
	if held == nil {
		held = &state{}
	}
	next, steps, err := a.Lifetimes.next(a.now(), stored, *held, a.Names)
	if err != nil {
		return state{}, &failure{stepWrite, fmt.Errorf("making a certificate: %w", err)}
	}
	if len(steps) == 0 && damage == nil {
		return next, nil
	}
	data, err := next.encode()
	if err != nil {
		return state{}, &failure{stepWrite, fmt.Errorf("encoding the certificates: %w", err)}
	}
	if same(data, secret.Data) {
		return next, nil
	}
	if missing {
		err = a.create(ctx, data)
	} else {
		secret.Data = data
		err = a.client.Update(ctx, secret, client.FieldOwner(FieldManager))
	}
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		return state{}, err
	}
	if err != nil {
		return state{}, &failure{stepWrite, fmt.Errorf("writing the Secret %s: %w", a.Secret, err)}
	}
	a.metrics.rotated(&stored, &next)
	a.Logger.LogAttrs(ctx, slog.LevelInfo, "certificates renewed", slog.String("secret", a.Secret.String()), slog.Bool("secretWasMissing", missing),
		slog.Any("steps", steps), slog.Time("authorityUntil", next.authorities[0].NotAfter),
		slog.Time("certificateUntil", next.leaf.Leaf.NotAfter), slog.Int("authorities", len(next.authorities)))
	if damage != nil {
		a.Logger.LogAttrs(ctx, slog.LevelWarn, "the Secret with the certificates was damaged", slog.String("secret", a.Secret.String()), slog.Any("error", damage))
		a.warn("CertificatesDamaged", fmt.Sprintf("The Secret %s held something else than certificates and was put right: %v. Whoever wrote it should not.", a.Secret, damage))
	}
	return next, nil
}

// create makes the Secret.
func (a *Authority) create(ctx context.Context, data map[string][]byte) error {
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: a.Secret.Namespace, Name: a.Secret.Name, Labels: map[string]string{
			"app.kubernetes.io/name": "sluice", "app.kubernetes.io/component": "certificates", "app.kubernetes.io/managed-by": "sluice",
		}},
		Type: SecretType, Data: data,
	}
	service := &corev1.Service{}
	// A server outside the cluster has no Service, and a Secret can do without an owner.
	if a.Service != "" && a.client.Get(ctx, client.ObjectKey{Namespace: a.Secret.Namespace, Name: a.Service}, service) == nil {
		secret.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Service", Name: service.Name, UID: service.UID}}
	}
	return a.client.Create(ctx, secret, client.FieldOwner(FieldManager))
}

// GetCertificate is for a tls.Config.
func (a *Authority) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s := a.current.Load()
	if s == nil {
		return nil, errors.New("no certificate has been made yet")
	}
	// After the machine slept, the first handshake may come before the ticker.
	if !valid(s.leaf.Leaf, a.now()) {
		a.wake()
	}
	return s.leaf, nil
}

// Check says why API servers would not accept what is served now, or nil.
func (a *Authority) Check() error {
	s := a.current.Load()
	if s == nil {
		return errors.New("no certificate has been made yet")
	}
	if leaf := s.leaf.Leaf; !valid(leaf, a.now()) {
		return fmt.Errorf("the certificate is valid from %s to %s", leaf.NotBefore.UTC().Format(time.RFC3339), leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	return *a.unpublished.Load()
}
