//! Licences and banned crates of everything the product is built from, without network.
//!
//! The rules are those of `deny.toml`, so `cargo deny` says the same where it is installed.

mod expression;

use crate::{Result, process, project::Project};
use expression::Expression;
use serde::Deserialize;

/// The part of `deny.toml` that is checked here.
#[derive(Deserialize)]
struct Rules {
    graph: Graph,
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
}

#[derive(Deserialize)]
struct CargoMetadata {
    packages: Vec<Package>,
}

/// One package of `cargo metadata`.
#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
}

/// Checks all packages that are compiled for the server or the browser.
///
/// # Errors
/// One sentence for each package that breaks a rule.
pub(crate) fn check(project: &Project) -> Result<()> {
    let path = project.root.join("deny.toml");
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let rules: Rules = toml::from_str(&text).map_err(|error| format!("deny.toml: {error}"))?;
    let packages = packages(project, &rules.graph.targets)?;
    let wrong: Vec<String> =
        packages.iter().filter_map(|package| problem(package, &rules)).collect();
    if wrong.is_empty() {
        eprintln!("licences: {} packages, all allowed by deny.toml", packages.len());
        Ok(())
    } else {
        Err(format!("not allowed by deny.toml:\n  {}", wrong.join("\n  ")).into())
    }
}

fn packages(project: &Project, targets: &[String]) -> Result<Vec<Package>> {
    let mut cargo = process::cargo();
    cargo.current_dir(&project.root);
    cargo.args(["metadata", "--format-version=1", "--locked"]);
    for target in targets {
        cargo.args(["--filter-platform", target]);
    }
    let metadata: CargoMetadata = serde_json::from_slice(&process::output(&mut cargo)?)?;
    Ok(metadata.packages)
}

/// What is wrong with a package, if anything is.
fn problem(package: &Package, rules: &Rules) -> Option<String> {
    let Package { name, version, .. } = package;
    if rules.bans.deny.iter().any(|ban| ban.name == *name) {
        return Some(format!("{name} {version}: a banned crate"));
    }
    let Some(license) = &package.license else {
        return Some(format!("{name} {version}: names no licence"));
    };
    match Expression::parse(license) {
        Err(error) => Some(format!("{name} {version}: licence {license:?}: {error}")),
        Ok(parsed) if !parsed.is_satisfied(&rules.licenses.allow) => {
            Some(format!("{name} {version}: licence {license:?}"))
        }
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        toml::from_str(
            r#"
            graph.targets = []
            licenses.allow = ["MIT", "Apache-2.0"]
            bans.deny = [{ crate = "openssl-sys" }]
            "#,
        )
        .unwrap()
    }

    fn problem_of(name: &str, license: Option<&str>) -> Option<String> {
        let package = Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: license.map(str::to_owned),
        };
        problem(&package, &rules())
    }

    #[test]
    fn accepts_a_package_with_one_allowed_choice() {
        assert_eq!(problem_of("itoa", Some("GPL-3.0-only OR MIT")), None);
    }

    #[test]
    fn refuses_a_banned_crate_whatever_its_licence() {
        let problem = problem_of("openssl-sys", Some("MIT")).unwrap();
        assert_eq!(problem, "openssl-sys 1.0.0: a banned crate");
    }

    #[test]
    fn refuses_a_licence_that_is_not_listed() {
        assert!(problem_of("x", Some("MIT AND GPL-3.0-only")).is_some());
    }

    #[test]
    fn refuses_a_package_without_a_licence() {
        assert_eq!(problem_of("x", None).unwrap(), "x 1.0.0: names no licence");
    }
}
