//! Groups of ten APIs each, always the same for the same number.

use domain::{
    Api, ApiBackend, ApiDefinition, ApiGroupId, AuthType, BackendAddress, BackendService, Body,
    Environment, GroupContent, GroupSettings, MatchType, Parameter, ParameterLocation,
    ParameterType, PublishedDeployment, Region, RevisionNumber, Timestamp,
};
use http::Method;

/// The last part of host names.
pub(crate) const DOMAIN: &str = "localhost";

/// The APIs of every group: method, path, and a request for it. The last one's path changes with each publish.
const APIS: [(Method, &str, &str); 10] = [
    (Method::GET, "/pets", "/shop/pets"),
    (Method::POST, "/pets", "/shop/pets"),
    (Method::GET, "/pets/{petId}", "/shop/pets/4711"),
    (Method::PUT, "/pets/{petId}", "/shop/pets/4711"),
    (Method::DELETE, "/pets/{petId}", "/shop/pets/4711"),
    (Method::GET, "/pets/{petId}/photos", "/shop/pets/4711/photos"),
    (Method::GET, "/pets/{petId}/photos/{photoId}", "/shop/pets/4711/photos/3"),
    (Method::GET, "/orders", "/shop/orders"),
    (Method::GET, "/orders/{orderId}", "/shop/orders/2019-11-22"),
    (Method::GET, RELEASE, "/shop/release-0"),
];
const RELEASE: &str = "/release-";
/// How many of them stay over publishes.
const LASTING: u64 = 9;

/// All groups, which are made when they are asked for.
pub(crate) struct Catalogue {
    hosts: Vec<String>,
    backend: BackendAddress,
}

impl Catalogue {
    /// `groups` groups whose calls go to `backend`.
    pub(crate) fn new(groups: u64, backend: BackendAddress) -> Self {
        let host = |group| Environment::Online.host(&group_id(group), Region::CnNorth1, DOMAIN);
        Self { hosts: (0..groups).map(host).collect(), backend }
    }

    /// How many groups there are.
    pub(crate) fn groups(&self) -> u64 {
        self.hosts.len() as u64
    }

    /// All of it, as it is published first.
    pub(crate) fn published(&self) -> Vec<PublishedDeployment> {
        (0..self.groups()).map(|group| self.deployment(group, 0)).collect()
    }

    /// Publish number `release` of a group.
    pub(crate) fn deployment(&self, group: u64, release: u64) -> PublishedDeployment {
        let settings = GroupSettings {
            prefix: "shop".to_owned(),
            auth_type: AuthType::None,
            ..GroupSettings::default()
        };
        let apis = (0..10).map(|number| api(group, number, release)).collect();
        PublishedDeployment {
            id: format!("dep-{}", letters(group, 12)).parse().unwrap(),
            api_group_id: group_id(group),
            region: Region::CnNorth1,
            environment: Environment::Online,
            release_id: format!("rel-{}", letters(group * 1000 + release, 12)).parse().unwrap(),
            revision: RevisionNumber::from_ordinal(1 + release as i64).unwrap(),
            content: GroupContent::new(settings, apis),
            backend: BackendService::Single { address: self.backend.clone() },
            callers: Vec::new(),
            policies: domain::DeploymentPolicies::default(),
            canary: None,
        }
    }

    /// Request number `n` of an endless mixture: host, method and path. All of them are answered whatever is published
    /// meanwhile.
    pub(crate) fn call(&self, n: u64) -> (&str, &'static Method, &'static str) {
        let random = random(n);
        let (method, _, path) = &APIS[(random % LASTING) as usize];
        (&self.hosts[(random / LASTING % self.groups()) as usize], method, path)
    }
}

/// The id of group number `group`.
pub(crate) fn group_id(group: u64) -> ApiGroupId {
    format!("x{}", letters(group, 11)).parse().unwrap()
}

/// Number `n` of an endless row of numbers without a pattern (SplitMix64).
pub(crate) fn random(n: u64) -> u64 {
    let mixed = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn api(group: u64, number: u64, release: u64) -> Api {
    let (method, path, _) = &APIS[number as usize];
    let path = if *path == RELEASE { format!("{RELEASE}{release}") } else { (*path).to_owned() };
    Api {
        id: format!("api-{}", letters(group * 10 + number, 12)).parse().unwrap(),
        definition: ApiDefinition {
            name: format!("api_{number}"),
            description: "One of ten that every group of the benchmark has".to_owned(),
            method: method.as_str().parse().unwrap(),
            parameters: parameters(&path),
            path: path.parse().unwrap(),
            match_type: MatchType::Absolute,
            request_body: Body::default(),
            response_body: Body::default(),
            backend: ApiBackend::Deployment,
            mapping: domain::ApiMapping::default(),
            limits: domain::CallLimits::default(),
            cache: None,
        },
        updated_at: Timestamp(0),
    }
}

/// Those in the path, and one in the query.
fn parameters(path: &str) -> Vec<Parameter> {
    let parameter = |name: &str, location| Parameter {
        name: name.to_owned(),
        location,
        r#type: ParameterType::String,
        required: location == ParameterLocation::Path,
        default_value: String::new(),
        description: String::new(),
        schema: None,
    };
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| parameter(name, ParameterLocation::Path))
        .chain([parameter("verbose", ParameterLocation::Query)])
        .collect()
}

/// Lower-case letters and digits that look as generated ids do.
fn letters(seed: u64, count: u64) -> String {
    const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    // The number itself comes first, so that no two are equal.
    let mut rest = seed;
    (0..count)
        .map(|place| {
            let digit = if place < 5 {
                let digit = rest % 36;
                rest /= 36;
                digit
            } else {
                random(seed ^ (place << 48)) % 36
            };
            char::from(ALPHABET[digit as usize])
        })
        .collect()
}
