package policies

import (
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// The properties that decide who may do what.
const (
	authorizerProperty    = "authorizer.class.name"
	superUsersProperty    = "super.users"
	allowEveryoneProperty = "allow.everyone.if.no.acl.found"
)

func (s *scene) authorizer() any {
	setting, ok := s.process.Property(authorizerProperty)
	if ok && !setting.Known {
		return string(workload.Unknown)
	}
	return strings.TrimSpace(setting.Value)
}

func (s *scene) authorizerPlace() place { return s.settingPlace(authorizerProperty) }

// superUsersAnonymous compares as Kafka does: the principals stand between
// semicolons, and case counts.
func (s *scene) superUsersAnonymous() any {
	setting, _ := s.process.Property(superUsersProperty)
	for principal := range strings.SplitSeq(setting.Value, ";") {
		if strings.TrimSpace(principal) == "User:ANONYMOUS" {
			return true
		}
	}
	return false
}

func (s *scene) superUsersPlace() place { return s.settingPlace(superUsersProperty) }

func (s *scene) allowEveryone() any {
	setting, ok := s.process.Property(allowEveryoneProperty)
	switch {
	case ok && !setting.Known:
		return string(workload.Unknown)
	case ok && isTrue(setting):
		return string(workload.Yes)
	default:
		return string(workload.No)
	}
}

func (s *scene) allowEveryonePlace() place { return s.settingPlace(allowEveryoneProperty) }

// settingPlace is where a property is set, or the container that nowhere sets it.
func (s *scene) settingPlace(property string) place {
	if setting, ok := s.process.Property(property); ok && setting.Node != nil {
		return place{node: setting.Node}
	}
	return s.container()
}
