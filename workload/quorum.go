package workload

import "strings"

// ControllerListeners names the listeners of a KRaft controller. The property
// controller.listener.names has no default, but every KRaft configuration that Kafka
// ships says CONTROLLER.
func (p *Process) ControllerListeners() []string {
	if setting, ok := p.Property("controller.listener.names"); ok && setting.Known {
		return strings.FieldsFunc(setting.Value, func(r rune) bool { return r == ',' || r == ' ' })
	}
	return []string{"CONTROLLER"}
}
