//! What a handler reads of a call, taken from its own arguments: so the description of the API can't say anything else.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, web};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use super::{Body, IfMatch, IfSeen, Posted, Query, Reply, Upload, Who};

/// What is said of a call besides its path.
pub struct Asked {
    schemas: SchemaGenerator,
    /// Schema of the JSON body (JSON Schema 2020-12, the dialect of OpenAPI 3.1).
    pub body: Option<Value>,
    /// Parameters in the query and in headers, as OpenAPI has them.
    pub parameters: Vec<Value>,
    /// Whether the body is a file.
    pub file: bool,
    /// What is answered, where the handler's type says it.
    pub reply: Option<Reply>,
    told: SchemaGenerator,
}

impl Default for Asked {
    fn default() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        Asked { schemas: settings.clone().into_generator(), body: None, parameters: vec![], file: false, reply: None, told: settings.for_serialize().into_generator() }
    }
}

impl Asked {
    fn shape<T: JsonSchema>(&mut self) -> Value {
        untitled(self.schemas.root_schema_for::<T>().to_value())
    }
    /// The shape of what is written out, which may differ from what is read.
    pub(super) fn answer_shape<T: JsonSchema>(&mut self) -> Value {
        untitled(self.told.root_schema_for::<T>().to_value())
    }
}

/// The name of a type of ours tells a reader nothing.
fn untitled(mut schema: Value) -> Value {
    if let Some(map) = schema.as_object_mut() {
        map.remove("title");
    }
    schema
}

/// Something a handler takes from a request.
pub trait Reads {
    /// Says what.
    fn reads(_: &mut Asked) {}
}

impl Reads for Who {}
impl Reads for HttpRequest {}
impl Reads for Posted {}
impl Reads for web::Bytes {}
impl<T: 'static> Reads for Data<T> {}
impl<T> Reads for Path<T> {}

impl Reads for Upload {
    fn reads(asked: &mut Asked) {
        asked.file = true;
    }
}

impl Reads for IfMatch {
    fn reads(asked: &mut Asked) {
        asked.parameters.push(json!({ "name": "If-Match", "in": "header", "required": true, "description": "The version that was seen", "schema": { "type": "string" }, "example": "\"3\"" }));
    }
}

impl Reads for IfSeen {
    fn reads(asked: &mut Asked) {
        asked.parameters.push(json!({ "name": "If-Match", "in": "header", "required": false, "description": "The version that was seen: another one is refused", "schema": { "type": "string" }, "example": "\"3\"" }));
    }
}

impl<T: JsonSchema> Reads for Body<T> {
    fn reads(asked: &mut Asked) {
        asked.body = Some(asked.shape::<T>());
    }
}

impl<T: JsonSchema> Reads for Query<T> {
    fn reads(asked: &mut Asked) {
        let schema = asked.shape::<T>();
        let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
        let told = schema["properties"].as_object().into_iter().flatten()
            .map(|(name, of)| json!({ "name": name, "in": "query", "required": required(name), "schema": of })).collect::<Vec<_>>();
        asked.parameters.extend(told);
    }
}

macro_rules! all_of {
    ($($one:ident)*) => {
        impl<$($one: Reads),*> Reads for ($($one,)*) {
            fn reads(_asked: &mut Asked) { $($one::reads(_asked);)* }
        }
    };
}
all_of!();
all_of!(A);
all_of!(A B);
all_of!(A B C);
all_of!(A B C D);
all_of!(A B C D E);
all_of!(A B C D E F);
