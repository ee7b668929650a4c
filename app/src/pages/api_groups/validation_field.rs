//! The choice of what is done with calls that do not fit the definition of their API.

use crate::{
    components::{Choice, RadioGroup},
    contexts::use_texts,
};
use domain::Validation;
use leptos::prelude::*;

/// Off, log only, refuse.
#[component]
pub(super) fn ValidationField(
    /// What is chosen at first.
    value: String,
) -> impl IntoView {
    let words = use_texts().validation;
    let choices = Validation::ALL.map(|mode| {
        let help = match mode {
            Validation::Off => words.off_help,
            Validation::Log => words.log_help,
            Validation::Refuse => words.refuse_help,
        };
        Choice::new(mode.as_str(), words.mode(mode)).help(help)
    });
    view! {
        <RadioGroup
            label=words.name
            name="form[validation]"
            value
            rule=words.rule
            choices=choices.to_vec()
        />
    }
}
