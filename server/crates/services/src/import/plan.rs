//! Drafts against the APIs that a revision has.

use super::{Draft, Reason};
use domain::{
    Api, ApiDefinition, ApiId, ImportOutcome, ImportPlan, ImportRefusal, Method, difference::fields,
};
use std::collections::HashMap;

/// What an import does, and what is to be written for it.
#[derive(Debug)]
pub(crate) struct Planned {
    /// What is shown.
    pub(crate) plan: ImportPlan,
    /// What is written, in the document's order.
    pub(crate) writes: Vec<PlannedWrite>,
}

/// An API that is written.
#[derive(Debug)]
pub(crate) struct PlannedWrite {
    /// The API that it replaces; `None`: it is new.
    pub(crate) replaces: Option<ApiId>,
    /// What it is afterwards.
    pub(crate) definition: ApiDefinition,
}

/// Compares drafts with the APIs of a revision. An operation replaces the API with its method and path; where there is none,
/// the one with its name. APIs that the document does not have stay.
pub(crate) fn plan(mut drafts: Vec<Draft>, existing: &[Api]) -> Planned {
    // Refusing an operation leaves the API that it would have replaced as it is, which may stand in the way of another one: so
    // until nothing is refused any more.
    let partners = loop {
        let partners = partners(&drafts, existing);
        if !refuse_collisions(&mut drafts, existing, &partners) {
            break partners;
        }
    };
    let mut planned = Planned { plan: ImportPlan::default(), writes: Vec::new() };
    for (draft, partner) in drafts.into_iter().zip(partners) {
        let outcome = match draft.outcome {
            Err(reason) => refusal(draft.route, reason),
            Ok(definition) => planned.add(draft.line, draft.route, definition, partner),
        };
        planned.plan.outcomes.push(outcome);
    }
    planned
}

impl Planned {
    fn add(
        &mut self,
        line: u32,
        route: String,
        definition: ApiDefinition,
        partner: Option<&Api>,
    ) -> ImportOutcome {
        let Some(api) = partner else {
            self.writes.push(PlannedWrite { replaces: None, definition: definition.clone() });
            return ImportOutcome::Added { definition, line };
        };
        // A document says nothing of these.
        let definition = ApiDefinition {
            match_type: api.definition.match_type,
            backend: api.definition.backend.clone(),
            mapping: api.definition.mapping.clone(),
            limits: api.definition.limits,
            cache: api.definition.cache.clone().filter(|_| definition.method == Method::Get),
            ..definition
        };
        let fields = fields(&api.definition, &definition);
        if fields.is_empty() {
            return ImportOutcome::Unchanged { route };
        }
        let replaces = Some(api.id.clone());
        self.writes.push(PlannedWrite { replaces, definition: definition.clone() });
        ImportOutcome::Changed { definition, fields, line }
    }
}

fn refusal(route: String, Reason { line, en, zh }: Reason) -> ImportOutcome {
    ImportOutcome::Refused(ImportRefusal { route, line, reason: en, reason_zh: zh })
}

/// The API that each draft replaces.
fn partners<'a>(drafts: &[Draft], existing: &'a [Api]) -> Vec<Option<&'a Api>> {
    let mut by_route: HashMap<(Method, String), &Api> =
        existing.iter().map(|api| (route(&api.definition), api)).collect();
    let mut partners: Vec<Option<&Api>> =
        drafts.iter().map(|draft| by_route.remove(&route(draft.outcome.as_ref().ok()?))).collect();
    let mut by_name: HashMap<&str, &Api> =
        by_route.into_values().map(|api| (api.definition.name.as_str(), api)).collect();
    for (draft, partner) in drafts.iter().zip(&mut partners) {
        if let (None, Ok(definition)) = (&partner, &draft.outcome) {
            *partner = by_name.remove(definition.name.as_str());
        }
    }
    partners
}

/// Refuses each draft whose name belongs to an API that stays. (Whoever has its route is its partner, so a route is never
/// taken.) Whether there was one.
fn refuse_collisions(drafts: &mut [Draft], existing: &[Api], partners: &[Option<&Api>]) -> bool {
    let replaced: Vec<&ApiId> = partners.iter().flatten().map(|api| &api.id).collect();
    let replaced: std::collections::HashSet<&ApiId> = replaced.into_iter().collect();
    let stays: HashMap<&str, &Api> = existing
        .iter()
        .filter(|api| !replaced.contains(&api.id))
        .map(|api| (api.definition.name.as_str(), api))
        .collect();
    let mut refused = false;
    for draft in drafts {
        let Ok(definition) = &draft.outcome else { continue };
        let Some(api) = stays.get(definition.name.as_str()) else { continue };
        let (name, taken) = (&definition.name, shown(&api.definition));
        draft.outcome = Err(Reason::new(
            draft.line,
            format!("the name {name:?} belongs to {taken}, which this import leaves as it is"),
            format!("名称{name:?}已被{taken}使用，而本次导入不修改该API"),
        ));
        refused = true;
    }
    refused
}

fn route(definition: &ApiDefinition) -> (Method, String) {
    (definition.method, definition.path.shape())
}

fn shown(definition: &ApiDefinition) -> String {
    format!("{} {}", definition.method.as_str(), definition.path)
}
