//! Manifests, and the graphs that come of them.

mod beside;
mod manifests;
mod real;
