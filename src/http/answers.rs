//! What a handler answers, and what the description of the API says of it: both from the one type that is serialised.

use std::marker::PhantomData;

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::Asked;

/// What is said of an answer: its status, its shape if it has one, whether it carries a version.
#[derive(Debug)]
pub struct Reply {
    /// 200, 201, 202 or 204.
    pub status: u16,
    /// Schema of the body.
    pub schema: Option<Value>,
    /// Whether the `ETag` header carries the version that `If-Match` wants.
    pub version: bool,
}

/// An answer whose shape is known.
pub trait Tells {
    /// Says it.
    fn tells(_: &mut Asked) {}
}

/// Pages and files.
impl Tells for HttpResponse {}

impl<T: Tells, E> Tells for Result<T, E> {
    fn tells(asked: &mut Asked) {
        T::tells(asked);
    }
}

/// 200, with a `T`.
pub struct Replies<T>(HttpResponse, PhantomData<fn() -> T>);
/// 200, with a `T` that has a version.
pub struct Versioned<T>(HttpResponse, PhantomData<fn() -> T>);
/// 201, with a `T`.
pub struct Created<T>(HttpResponse, PhantomData<fn() -> T>);
/// 204.
pub struct Nothing(HttpResponse);
/// 202.
pub struct Begun(HttpResponse);

/// An answer with a body.
pub fn json<T: Serialize>(body: &T) -> Replies<T> {
    Replies(HttpResponse::Ok().json(body), PhantomData)
}

/// An answer with a body that has a version, named in `ETag`.
pub fn json_version<T: Serialize>(version: i32, body: &T) -> Versioned<T> {
    Versioned(HttpResponse::Ok().insert_header(("ETag", format!("\"{version}\""))).json(body), PhantomData)
}

/// An answer to a creating call.
pub fn json_created<T: Serialize>(body: &T) -> Created<T> {
    Created(HttpResponse::Created().json(body), PhantomData)
}

/// Begun; how far it is, another call tells.
pub fn begun() -> Begun {
    Begun(HttpResponse::Accepted().finish())
}

/// Done, nothing to say.
pub fn nothing() -> Nothing {
    Nothing(HttpResponse::NoContent().finish())
}

macro_rules! answers {
    ($($name:ident $status:literal $version:literal),*) => { $(
        impl<T> Responder for $name<T> {
            type Body = BoxBody;
            fn respond_to(self, _: &HttpRequest) -> HttpResponse {
                self.0
            }
        }
        impl<T> From<$name<T>> for HttpResponse {
            fn from(answer: $name<T>) -> HttpResponse {
                answer.0
            }
        }
        impl<T: JsonSchema> Tells for $name<T> {
            fn tells(asked: &mut Asked) {
                let schema = asked.answer_shape::<T>();
                asked.reply = Some(Reply { status: $status, schema: Some(schema), version: $version });
            }
        }
    )* };
}
answers!(Replies 200 false, Versioned 200 true, Created 201 false);

impl Responder for Nothing {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Responder for Begun {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Tells for Begun {
    fn tells(asked: &mut Asked) {
        asked.reply = Some(Reply { status: 202, schema: None, version: false });
    }
}

impl Tells for Nothing {
    fn tells(asked: &mut Asked) {
        asked.reply = Some(Reply { status: 204, schema: None, version: false });
    }
}

impl Reply {
    /// As OpenAPI has it.
    pub fn described(&self) -> Value {
        let mut told = json!({ "description": match self.status { 201 => "What was made", 202 => "Begun; how far it is, another call tells", 204 => "Done; nothing to say", _ => "What was asked for, or what became of it" } });
        if let (Some(schema), Some(told)) = (&self.schema, told.as_object_mut()) {
            told.insert("content".into(), json!({ "application/json": { "schema": schema } }));
        }
        if let (true, Some(told)) = (self.version, told.as_object_mut()) {
            told.insert("headers".into(), json!({ "ETag": { "required": true, "description": "The version, as If-Match wants it", "schema": { "type": "string" }, "example": "\"3\"" } }));
        }
        told
    }
}

/// The shape of an answer that is put together in a handler: its members, in camelCase.
macro_rules! shape {
    ($name:ident { $($field:ident: $kind:ty),* $(,)? }) => {
        #[derive(serde::Serialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        struct $name { $($field: $kind),* }
    };
}
pub(crate) use shape;
