//! From path and method to an API: a tree of segments, packed into a few slices.
//!
//! Where several APIs fit, the most specific wins, segment by segment from the left: a literal beats a parameter, and
//! both beat the rest of a prefix match. An API fits only with its method, so a literal path of another method does not
//! hide a parameter's.

use super::path::{Segments, with_decoded};
use domain::{ApiDefinition, MatchType, Method, path::Segment};
use std::collections::BTreeMap;

const METHODS: usize = 7;
const NONE: u32 = u32::MAX;

/// Which API each method of a place leads to; `NONE` for no API.
type ByMethod = [u32; METHODS];

/// The routes of one deployment.
#[derive(Debug)]
pub(crate) struct Routes {
    nodes: Box<[Node]>,
    edges: Box<[Edge]>,
    /// All literals, one after the other.
    names: Box<str>,
    endpoints: Box<[Endpoints]>,
}

/// A place in the tree: after some segments.
#[derive(Debug)]
struct Node {
    /// Its literal children, in `edges`, sorted by name.
    first_edge: u32,
    edge_count: u32,
    /// The node after a parameter.
    parameter: u32,
    /// Where APIs end here, in `endpoints`.
    endpoints: u32,
}

/// A literal segment that leads on.
#[derive(Debug)]
struct Edge {
    name_start: u32,
    name_end: u32,
    node: u32,
}

/// The APIs whose paths end at a node.
#[derive(Clone, Debug)]
struct Endpoints {
    /// The request path must end here too.
    absolute: ByMethod,
    /// The request path may go on.
    prefix: ByMethod,
    /// The request path must go on, if only by a slash: prefixes that are written with a trailing slash.
    prefix_slash: ByMethod,
}

impl Endpoints {
    const EMPTY: Self =
        Self { absolute: [NONE; METHODS], prefix: [NONE; METHODS], prefix_slash: [NONE; METHODS] };
}

impl Routes {
    /// The index of the API that a path and method lead to. Takes no memory.
    pub(crate) fn find(&self, segments: &Segments<'_>, method: &http::Method) -> Option<usize> {
        let api = self.descend(0, segments, method_index(method)?);
        (api != NONE).then_some(api as usize)
    }

    /// The same by one of the methods that APIs have.
    pub(crate) fn find_method(&self, segments: &Segments<'_>, method: Method) -> Option<usize> {
        let api = self.descend(0, segments, method as usize);
        (api != NONE).then_some(api as usize)
    }

    /// Each node is visited at most once, so the tree's size is the limit of the work.
    fn descend(&self, node: u32, segments: &[&str], method: usize) -> u32 {
        let Some(node) = self.nodes.get(node as usize) else { return NONE };
        let here = self.endpoints.get(node.endpoints as usize).unwrap_or(&Endpoints::EMPTY);
        let Some((segment, rest)) = segments.split_first() else {
            let absolute = here.absolute[method];
            return if absolute == NONE { here.prefix[method] } else { absolute };
        };
        let literal = with_decoded(segment, |name| self.child(node, name));
        let found = self.descend(literal, rest, method);
        if found != NONE {
            return found;
        }
        if !segment.is_empty() {
            let found = self.descend(node.parameter, rest, method);
            if found != NONE {
                return found;
            }
        }
        let slash = here.prefix_slash[method];
        if slash == NONE { here.prefix[method] } else { slash }
    }

    /// The node after the literal `name`.
    fn child(&self, node: &Node, name: &[u8]) -> u32 {
        let first = node.first_edge as usize;
        let edges = self.edges.get(first..first + node.edge_count as usize).unwrap_or_default();
        let text = self.names.as_bytes();
        edges
            .binary_search_by(|edge| {
                text[edge.name_start as usize..edge.name_end as usize].cmp(name)
            })
            .map_or(NONE, |index| edges[index].node)
    }
}

fn method_index(method: &http::Method) -> Option<usize> {
    Some(match *method {
        http::Method::GET => Method::Get,
        http::Method::POST => Method::Post,
        http::Method::PUT => Method::Put,
        http::Method::PATCH => Method::Patch,
        http::Method::DELETE => Method::Delete,
        http::Method::HEAD => Method::Head,
        http::Method::OPTIONS => Method::Options,
        _ => return None,
    } as usize)
}

/// Collects routes and packs them.
#[derive(Debug, Default)]
pub(crate) struct RoutesBuilder {
    root: Branch,
}

#[derive(Debug, Default)]
struct Branch {
    literals: BTreeMap<String, Branch>,
    parameter: Option<Box<Branch>>,
    endpoints: Option<Endpoints>,
}

impl Branch {
    fn literal(&mut self, name: &str) -> &mut Self {
        self.literals.entry(name.to_owned()).or_default()
    }

    fn after(&mut self, segment: &Segment) -> &mut Self {
        match segment {
            Segment::Literal(name) => self.literal(name),
            Segment::Parameter(_) => self.parameter.get_or_insert_default(),
        }
    }

    fn endpoints(&mut self) -> &mut Endpoints {
        self.endpoints.get_or_insert(Endpoints::EMPTY)
    }
}

/// Two APIs of one deployment have the same method and the same shape of path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    /// The API that was there first.
    pub(crate) first: usize,
}

impl RoutesBuilder {
    /// Adds the API of this index below the group's prefix (without its leading slash; may be empty).
    ///
    /// # Errors
    /// When an API with the same method and shape of path is there already.
    pub(crate) fn add(
        &mut self,
        prefix: &str,
        api: &ApiDefinition,
        index: u32,
    ) -> Result<(), Duplicate> {
        let method = api.method as usize;
        let group = prefix.split('/').filter(|name| !name.is_empty());
        let mut place = group.fold(&mut self.root, |branch, name| branch.literal(name));
        let (segments, slash) = match api.path.segments().split_last() {
            Some((Segment::Literal(last), before)) if last.is_empty() => (before, true),
            _ => (api.path.segments(), false),
        };
        place = segments.iter().fold(place, Branch::after);
        match (api.match_type, slash) {
            (MatchType::Absolute, true) => {
                put(&mut place.literal("").endpoints().absolute, method, index)
            }
            (MatchType::Prefix, true) => put(&mut place.endpoints().prefix_slash, method, index),
            (MatchType::Prefix, false) => put(&mut place.endpoints().prefix, method, index),
            (MatchType::Absolute, false) => {
                put(&mut place.endpoints().absolute, method, index)?;
                // The sub path "/" is the prefix itself, and people write it with and without the slash.
                if segments.is_empty() && !prefix.is_empty() {
                    put(&mut place.literal("").endpoints().absolute, method, index)?;
                }
                Ok(())
            }
        }
    }

    /// The routes, packed.
    pub(crate) fn build(self) -> Routes {
        let mut packed = Packed::default();
        packed.pack(self.root);
        Routes {
            nodes: packed.nodes.into(),
            edges: packed.edges.into(),
            names: packed.names.into(),
            endpoints: packed.endpoints.into(),
        }
    }
}

fn put(slots: &mut ByMethod, method: usize, index: u32) -> Result<(), Duplicate> {
    if slots[method] != NONE {
        return Err(Duplicate { first: slots[method] as usize });
    }
    slots[method] = index;
    Ok(())
}

#[derive(Default)]
struct Packed {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    names: String,
    endpoints: Vec<Endpoints>,
}

impl Packed {
    /// Packs a branch and all below it; returns its node. A template has at most a few hundred segments, so the depth is
    /// bounded.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a deployment has far less than 2^32 segments"
    )]
    fn pack(&mut self, branch: Branch) -> u32 {
        let node = self.nodes.len() as u32;
        let endpoints = branch.endpoints.map_or(NONE, |endpoints| {
            self.endpoints.push(endpoints);
            self.endpoints.len() as u32 - 1
        });
        self.nodes.push(Node { first_edge: 0, edge_count: 0, parameter: NONE, endpoints });
        let parameter = branch.parameter.map_or(NONE, |below| self.pack(*below));
        let children: Vec<(String, u32)> =
            branch.literals.into_iter().map(|(name, below)| (name, self.pack(below))).collect();
        let (first_edge, edge_count) = (self.edges.len() as u32, children.len() as u32);
        for (name, child) in children {
            let name_start = self.names.len() as u32;
            self.names.push_str(&name);
            self.edges.push(Edge { name_start, name_end: self.names.len() as u32, node: child });
        }
        self.nodes[node as usize] = Node { first_edge, edge_count, parameter, endpoints };
        node
    }
}

#[cfg(test)]
#[path = "matcher/tests.rs"]
mod tests;
