//! How the rows of path parameters follow the sub path, and how rows come back from what was typed.

use crate::forms::apis::ParameterRow;
use domain::PathTemplate;

/// What has to happen to the rows of path parameters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Row, new name.
    pub(super) renamed: Vec<(usize, String)>,
    /// Rows to go.
    pub(super) removed: Vec<usize>,
    /// Names of rows to come.
    pub(super) added: Vec<String>,
}

/// Rows for the names in braces of `path`, given the rows there are. A name that took the place of another keeps its row, and
/// with it what was typed there. Nothing while the path is half typed.
pub(super) fn follow(path: &str, rows: &[String]) -> Option<Changes> {
    let template: PathTemplate = path.trim().parse().ok()?;
    let wanted: Vec<&str> = template.parameters().collect();
    let orphans: Vec<usize> =
        (0..rows.len()).filter(|row| !wanted.contains(&rows[*row].as_str())).collect();
    let missing: Vec<&str> =
        wanted.into_iter().filter(|name| rows.iter().all(|row| row != name)).collect();
    let kept = orphans.len().min(missing.len());
    let name = |name: &&str| (*name).to_owned();
    Some(Changes {
        renamed: orphans[..kept].iter().copied().zip(missing[..kept].iter().map(name)).collect(),
        removed: orphans[kept..].to_vec(),
        added: missing[kept..].iter().map(name).collect(),
    })
}

/// The rows among what was typed into a form that was sent (`form[parameters][2][name]`), those without a name left out.
pub(super) fn typed_rows(typed: &[(String, String)]) -> Vec<ParameterRow> {
    let mut rows: Vec<(usize, ParameterRow)> = Vec::new();
    for (field, value) in typed {
        let Some((index, member)) = place(field) else { continue };
        let at = rows.iter().position(|(known, _)| *known == index).unwrap_or_else(|| {
            rows.push((index, ParameterRow::default()));
            rows.len() - 1
        });
        let row = &mut rows[at].1;
        let target = match member {
            "name" => &mut row.name,
            "location" => &mut row.location,
            "type" => &mut row.r#type,
            "required" => &mut row.required,
            "default_value" => &mut row.default_value,
            "description" => &mut row.description,
            "schema" => &mut row.schema,
            _ => continue,
        };
        value.clone_into(target);
    }
    rows.sort_by_key(|(index, _)| *index);
    rows.into_iter().map(|(_, row)| row).filter(|row| !row.name.trim().is_empty()).collect()
}

fn place(field: &str) -> Option<(usize, &str)> {
    let (index, rest) = field.strip_prefix("form[parameters][")?.split_once("][")?;
    Some((index.parse().ok()?, rest.strip_suffix(']')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_name_in_braces_gets_a_row() {
        let changes = follow("/pets/{petId}/photos/{photo}", &names(&["petId"])).unwrap();
        assert_eq!(changes, Changes { added: names(&["photo"]), ..Changes::default() });
    }

    #[test]
    fn a_renamed_parameter_keeps_its_row() {
        let changes = follow("/pets/{id}", &names(&["petId", "old"])).unwrap();
        assert_eq!(changes.renamed, [(0, "id".to_owned())]);
        assert_eq!(changes.removed, [1]);
    }

    #[test]
    fn nothing_happens_while_the_path_is_half_typed() {
        assert_eq!(follow("/pets/{pet", &names(&["petId"])), None);
        assert_eq!(follow("/pets/{petId}", &names(&["petId"])), Some(Changes::default()));
    }

    #[test]
    fn rows_come_back_from_what_was_typed() {
        let field = |index: usize, member: &str, value: &str| {
            (format!("form[parameters][{index}][{member}]"), value.to_owned())
        };
        let typed = [
            ("form[name]".to_owned(), "a".to_owned()),
            field(1, "name", "limit"),
            field(1, "default_value", "ten"),
            field(0, "name", "petId"),
            field(0, "required", "true"),
            field(2, "name", " "),
        ];
        let rows = typed_rows(&typed);
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].name.as_str(), rows[0].required.as_str()), ("petId", "true"));
        assert_eq!((rows[1].name.as_str(), rows[1].default_value.as_str()), ("limit", "ten"));
    }
}
