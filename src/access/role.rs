//! The roles of `workflow.md` section 1.

use serde::{Deserialize, Serialize};

/// A role. A person may have several and wears one hat at a time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Role {
    /// Review coordinator.
    #[serde(rename = "CO")]
    Coordinator,
    /// Independent chair.
    #[serde(rename = "CH")]
    Chair,
    /// Panel member.
    #[serde(rename = "PM")]
    PanelMember,
    /// Secretary, analyst.
    #[serde(rename = "SE")]
    Secretary,
    /// Coder; first or second is a matter of the record, not of the person.
    #[serde(rename = "CD")]
    Coder,
    /// Register manager.
    #[serde(rename = "RM")]
    RegisterManager,
    /// Contact of an organisation.
    #[serde(rename = "AC")]
    Contact,
    /// Author of a reflection.
    #[serde(rename = "AU")]
    Author,
    /// Approver of an organisation.
    #[serde(rename = "AP")]
    Approver,
    /// Relative.
    #[serde(rename = "RE")]
    Relative,
    /// Supporter of one relative.
    #[serde(rename = "SU")]
    Supporter,
    /// Quality reviewer.
    #[serde(rename = "QA")]
    QualityReviewer,
    /// Researcher.
    #[serde(rename = "RS")]
    Researcher,
    /// Member of the research access committee.
    #[serde(rename = "RC")]
    AccessCommittee,
    /// Output checker.
    #[serde(rename = "OC")]
    OutputChecker,
    /// Recovery and privacy officer.
    #[serde(rename = "RP")]
    RecoveryOfficer,
    /// Administrator of a bureau.
    #[serde(rename = "TA")]
    Administrator,
    /// National coordinator.
    #[serde(rename = "NC")]
    NationalCoordinator,
}

impl Role {
    /// All roles, in the order of the database's check list.
    pub const ALL: [Role; 18] = [
        Role::Coordinator, Role::Chair, Role::PanelMember, Role::Secretary, Role::Coder, Role::RegisterManager, Role::Contact, Role::Author,
        Role::Approver, Role::Relative, Role::Supporter, Role::QualityReviewer, Role::Researcher, Role::AccessCommittee, Role::OutputChecker,
        Role::RecoveryOfficer, Role::Administrator, Role::NationalCoordinator,
    ];

    /// The two letters used in the database, the log and the API.
    pub fn code(self) -> &'static str {
        match self {
            Role::Coordinator => "CO",
            Role::Chair => "CH",
            Role::PanelMember => "PM",
            Role::Secretary => "SE",
            Role::Coder => "CD",
            Role::RegisterManager => "RM",
            Role::Contact => "AC",
            Role::Author => "AU",
            Role::Approver => "AP",
            Role::Relative => "RE",
            Role::Supporter => "SU",
            Role::QualityReviewer => "QA",
            Role::Researcher => "RS",
            Role::AccessCommittee => "RC",
            Role::OutputChecker => "OC",
            Role::RecoveryOfficer => "RP",
            Role::Administrator => "TA",
            Role::NationalCoordinator => "NC",
        }
    }

    /// The role a code means.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Roles that read content of a bureau: granted by two people, none of them the administrator (ruling 19).
    pub fn needs_two_confirmations(self) -> bool {
        !matches!(
            self,
            Role::Administrator | Role::RecoveryOfficer | Role::Contact | Role::Author | Role::Approver | Role::Relative | Role::Supporter
        )
    }

    /// Roles of the nation: a bureau has none of them, but one for practice, which plays them itself (rulings 26 and 32).
    pub fn of_the_nation(self) -> bool {
        matches!(self, Role::NationalCoordinator | Role::RegisterManager | Role::Researcher | Role::AccessCommittee | Role::OutputChecker)
    }

    /// Roles somebody of no bureau can have: those of the nation, its reviewers and coders, and who confirms and ends roles there.
    pub fn may_be_national(self) -> bool {
        self.of_the_nation() || matches!(self, Role::QualityReviewer | Role::Coder | Role::RecoveryOfficer | Role::Administrator)
    }

    /// Roles of a chain partner's own people.
    pub fn of_organisation(self) -> bool {
        matches!(self, Role::Contact | Role::Author | Role::Approver)
    }

    /// Roles on the relatives' side; they never mix with a professional role in one case.
    pub fn of_relatives(self) -> bool {
        matches!(self, Role::Relative | Role::Supporter)
    }

    /// Where somebody lands after signing in (`ux.md` section 2).
    pub fn landing(self) -> &'static str {
        match self {
            Role::Coordinator | Role::Secretary | Role::Chair | Role::PanelMember => "/today",
            Role::Contact | Role::Author | Role::Approver => "/tasks",
            Role::Relative | Role::Supporter => "/mine",
            Role::Coder | Role::RegisterManager => "/coding",
            Role::NationalCoordinator => "/national",
            Role::QualityReviewer => "/checks",
            Role::Administrator => "/admin",
            Role::RecoveryOfficer => "/recovery",
            Role::Researcher => "/register/tables/new",
            Role::AccessCommittee => "/register/projects",
            Role::OutputChecker => "/register/requests",
        }
    }
}
