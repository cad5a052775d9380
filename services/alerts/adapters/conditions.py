"""What the policy file says of conditions and acknowledgements."""

from datetime import timedelta

from services.alerts.adapters.policy import Section
from services.alerts.domain.condition import AT_ONCE, ConditionPolicy, Policies
from services.alerts.domain.life import LifePolicy
from shared.model.condition import ConditionKind
from shared.model.level import Level

_LEVELS = tuple(level.word for level in Level if level > Level.NONE)


def policies_in(policy: Section) -> Policies:
    """The section `conditions`; raises BadPolicyError."""
    section = policy.section("conditions")
    section.only(("default", *ConditionKind))
    default = _condition(section.section("default"), AT_ONCE)
    named = [kind for kind in ConditionKind if kind in section.values]
    return Policies(
        default=default,
        kinds={kind: _condition(section.section(kind), default) for kind in named},
    )


def life_policy_in(policy: Section) -> LifePolicy:
    """The section `acknowledgement`; raises BadPolicyError."""
    section = policy.section("acknowledgement")
    section.only(("expires_after",))
    return LifePolicy(expires_after=section.length("expires_after", timedelta(hours=24)))


def _condition(section: Section, default: ConditionPolicy) -> ConditionPolicy:
    section.only(("hold", "keep_active", "least"))
    return ConditionPolicy(
        hold=section.length("hold", default.hold),
        keep_active=section.length("keep_active", default.keep_active),
        least=Level.of(section.choice("least", _LEVELS, default.least.word)),
    )
