"""Who may do what: roles, permissions, and the one table between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.errors import NotYours


class Role(StrEnum):
    """Roles of the regulations; a person can hold several, each bound to a place."""

    ADMINISTRATOR = "administrator"
    REGIONAL_COORDINATOR = "regional_coordinator"
    RESPONSIBLE_COORDINATOR = "responsible_coordinator"
    MUNICIPAL_COORDINATOR = "municipal_coordinator"
    SCHOOL_COORDINATOR = "school_coordinator"
    TECHNICAL_SPECIALIST = "technical_specialist"
    EXPERT = "expert"
    COMMISSION_CHAIR = "commission_chair"
    COMMISSION_MEMBER = "commission_member"


REGION_ROLES = frozenset({Role.ADMINISTRATOR, Role.REGIONAL_COORDINATOR})
MUNICIPALITY_ROLES = frozenset(
    {
        Role.RESPONSIBLE_COORDINATOR,
        Role.MUNICIPAL_COORDINATOR,
        Role.COMMISSION_CHAIR,
        Role.COMMISSION_MEMBER,
    }
)
SCHOOL_ROLES = frozenset({Role.SCHOOL_COORDINATOR, Role.TECHNICAL_SPECIALIST, Role.EXPERT})


# An installation that asks for a second factor asks these people.
FACTOR_ROLES = REGION_ROLES | {
    Role.RESPONSIBLE_COORDINATOR,
    Role.MUNICIPAL_COORDINATOR,
    Role.SCHOOL_COORDINATOR,
    Role.COMMISSION_CHAIR,
}


class Permission(StrEnum):
    """What a route can ask for."""

    MANAGE_INSTALLATION = "manage_installation"
    MANAGE_MUNICIPALITY = "manage_municipality"
    MANAGE_SCHOOL = "manage_school"
    EDIT_EXAM = "edit_exam"
    VIEW_EXAM = "view_exam"
    UPLOAD_SCANS = "upload_scans"
    DECIDE_PAGES = "decide_pages"
    CHOOSE_SCHEME = "choose_scheme"
    SPREAD_SCRIPTS = "spread_scripts"
    SCORE = "score"
    RELEASE_RESULTS = "release_results"
    WATCH = "watch"
    LODGE_RECHECK = "lodge_recheck"
    RUN_RECHECK = "run_recheck"
    DECIDE_RECHECK = "decide_recheck"
    CONFIRM_RECHECK = "confirm_recheck"
    KEEP_CALENDAR = "keep_calendar"
    COMPARE_EXPERTS = "compare_experts"
    READ_TRAIL = "read_trail"
    DESTROY_DOCUMENTS = "destroy_documents"
    LEAD_SCORING = "lead_scoring"
    ASK_SUPPORT = "ask_support"
    ANSWER_SUPPORT = "answer_support"


_MUNICIPAL = {Role.MUNICIPAL_COORDINATOR, Role.RESPONSIBLE_COORDINATOR}
_COORDINATORS = _MUNICIPAL | {Role.SCHOOL_COORDINATOR}

POLICY: dict[Permission, frozenset[Role]] = {
    Permission.MANAGE_INSTALLATION: frozenset({Role.ADMINISTRATOR}),
    Permission.MANAGE_MUNICIPALITY: frozenset(_MUNICIPAL),
    Permission.MANAGE_SCHOOL: frozenset(_COORDINATORS),
    Permission.EDIT_EXAM: frozenset(_MUNICIPAL),
    Permission.VIEW_EXAM: frozenset(_COORDINATORS | {Role.REGIONAL_COORDINATOR}),
    Permission.UPLOAD_SCANS: frozenset({Role.SCHOOL_COORDINATOR, Role.TECHNICAL_SPECIALIST}),
    Permission.DECIDE_PAGES: frozenset({Role.SCHOOL_COORDINATOR}),
    Permission.CHOOSE_SCHEME: frozenset(_MUNICIPAL),
    Permission.SPREAD_SCRIPTS: frozenset({Role.SCHOOL_COORDINATOR}),
    Permission.SCORE: frozenset({Role.EXPERT, Role.COMMISSION_MEMBER}),
    Permission.RELEASE_RESULTS: frozenset({Role.SCHOOL_COORDINATOR}),
    Permission.WATCH: frozenset(_MUNICIPAL | {Role.REGIONAL_COORDINATOR}),
    Permission.LODGE_RECHECK: frozenset(_COORDINATORS),
    Permission.RUN_RECHECK: frozenset(_MUNICIPAL | {Role.COMMISSION_CHAIR}),
    Permission.DECIDE_RECHECK: frozenset({Role.COMMISSION_CHAIR}),
    Permission.CONFIRM_RECHECK: frozenset(
        _MUNICIPAL | {Role.COMMISSION_CHAIR, Role.COMMISSION_MEMBER}
    ),
    Permission.KEEP_CALENDAR: frozenset(_MUNICIPAL | REGION_ROLES),
    Permission.COMPARE_EXPERTS: frozenset({Role.COMMISSION_CHAIR}),
    Permission.DESTROY_DOCUMENTS: frozenset(_COORDINATORS | {Role.COMMISSION_CHAIR}),
    Permission.LEAD_SCORING: frozenset({Role.COMMISSION_CHAIR}),
    Permission.ASK_SUPPORT: frozenset(
        _COORDINATORS | {Role.REGIONAL_COORDINATOR, Role.TECHNICAL_SPECIALIST}
    ),
    Permission.ANSWER_SUPPORT: frozenset(_MUNICIPAL | {Role.REGIONAL_COORDINATOR}),
    Permission.READ_TRAIL: frozenset(
        _MUNICIPAL | {Role.ADMINISTRATOR, Role.COMMISSION_CHAIR, Role.SCHOOL_COORDINATOR}
    ),
}

# Who gives a role, and takes it: always the level above.
WHO_MAKES: dict[Role, Permission] = {
    Role.ADMINISTRATOR: Permission.MANAGE_INSTALLATION,
    Role.REGIONAL_COORDINATOR: Permission.MANAGE_INSTALLATION,
    Role.RESPONSIBLE_COORDINATOR: Permission.MANAGE_INSTALLATION,
    Role.MUNICIPAL_COORDINATOR: Permission.MANAGE_INSTALLATION,
    Role.COMMISSION_CHAIR: Permission.MANAGE_MUNICIPALITY,
    Role.COMMISSION_MEMBER: Permission.MANAGE_MUNICIPALITY,
    Role.SCHOOL_COORDINATOR: Permission.MANAGE_MUNICIPALITY,
    Role.TECHNICAL_SPECIALIST: Permission.MANAGE_SCHOOL,
    Role.EXPERT: Permission.MANAGE_SCHOOL,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """One role in one place; no place means the whole installation."""

    role: Role
    municipality_id: UUID | None = None
    school_id: UUID | None = None

    def covers(self, *, municipality_id: UUID | None, school_id: UUID | None) -> bool:
        """Whether a thing of that municipality and school lies inside this grant's place."""
        if self.role in REGION_ROLES:
            return True
        if self.role in MUNICIPALITY_ROLES:
            return municipality_id is not None and municipality_id == self.municipality_id
        return school_id is not None and school_id == self.school_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """The acting person as services and queries know him."""

    person_id: UUID
    grants: tuple[Grant, ...]
    origin: str = ""

    def roles_for(self, permission: Permission) -> tuple[Grant, ...]:
        """The grants that carry the permission, in their given order."""
        return tuple(grant for grant in self.grants if grant.role in POLICY[permission])

    def holds(self, permission: Permission) -> bool:
        """Whether the permission is held anywhere at all."""
        return bool(self.roles_for(permission))

    def may(
        self,
        permission: Permission,
        *,
        municipality_id: UUID | None = None,
        school_id: UUID | None = None,
    ) -> bool:
        """Whether the permission is held over a thing of that municipality and school."""
        return any(
            grant.covers(municipality_id=municipality_id, school_id=school_id)
            for grant in self.roles_for(permission)
        )

    def require(
        self,
        permission: Permission,
        *,
        municipality_id: UUID | None = None,
        school_id: UUID | None = None,
    ) -> None:
        """Pass, or answer as for a thing that does not exist.

        Raises:
            NotYours: no grant covers the thing.
        """
        if not self.may(permission, municipality_id=municipality_id, school_id=school_id):
            raise NotYours

    def school_ids(self, permission: Permission) -> frozenset[UUID]:
        """Schools to which a school role with the permission is bound."""
        return _ids(grant.school_id for grant in self.roles_for(permission))

    def municipality_ids(self, permission: Permission) -> frozenset[UUID]:
        """Municipalities to which a municipal role with the permission is bound."""
        return _ids(grant.municipality_id for grant in self.roles_for(permission))


def _ids(found: Iterable[UUID | None]) -> frozenset[UUID]:
    return frozenset(one for one in found if one is not None)
