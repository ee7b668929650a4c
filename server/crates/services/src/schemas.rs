//! JSON Schemas that calls are checked by: compiled before they are kept or published, so that a gateway never gets one that is
//! none.

use crate::{Inner, ServiceError};
use domain::{ApiDefinition, DomainError, ErrorKind, GroupContent};
use schema::{Schema, SchemaError};

impl Inner {
    /// The definition, if all its schemas are such that calls can be checked by them.
    ///
    /// # Errors
    /// `Invalid` on `reqBody` or `parameters[N].schema`, with the place in the schema and what is wrong there.
    pub(crate) async fn check_schemas(
        &self,
        definition: ApiDefinition,
    ) -> Result<ApiDefinition, ServiceError> {
        if definition.schemas().next().is_none() {
            return Ok(definition);
        }
        let check = move || {
            let rules = broken(&definition).map(|(field, wrong)| rule(&field, "", &wrong));
            let rules: Vec<DomainError> = rules.collect();
            domain::error::check(rules).map(|()| definition)
        };
        Ok(self.imports.run(check).await??)
    }

    /// The content, if calls of its group are not validated, or can be.
    ///
    /// # Errors
    /// `Invalid` on `revision`, with the API and the place of the first schema that is none.
    pub(crate) async fn check_content(
        &self,
        content: GroupContent,
    ) -> Result<GroupContent, ServiceError> {
        if content.settings.validation.is_off() {
            return Ok(content);
        }
        let check = move || {
            for api in &content.apis {
                let definition = &api.definition;
                if let Some((field, wrong)) = broken(definition).next() {
                    let place = format!("{} {field} ", definition.name);
                    return Err(vec![rule("revision", &place, &wrong)]);
                }
            }
            Ok(content)
        };
        // Not in line with others: a transaction is open.
        let checked = tokio::task::spawn_blocking(check).await;
        Ok(checked.map_err(|cause| self.imports.failed(&cause))??)
    }
}

/// The schemas of a definition that cannot be compiled, by their fields.
fn broken(definition: &ApiDefinition) -> impl Iterator<Item = (String, SchemaError)> {
    definition.schemas().filter_map(|(field, schema)| {
        let wrong = Schema::compile(schema).err()?;
        Some((field, wrong))
    })
}

fn rule(field: &str, place: &str, wrong: &SchemaError) -> DomainError {
    let message = format!("{place}{wrong}");
    DomainError::new(ErrorKind::Format, field, message, format!("{place}{}", wrong.message_zh()))
}
