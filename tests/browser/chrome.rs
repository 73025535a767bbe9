//! Headless Chromium behind its driver; both end with the test, also when it panics.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use thirtyfour::prelude::*;

/// A browser.
pub struct Chrome {
    /// The session.
    pub driver: WebDriver,
    process: Child,
    _profile: tempfile::TempDir,
}

impl Chrome {
    /// Starts one, with or without scripts.
    pub async fn start(scripts: bool) -> Chrome {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new("chromedriver").arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let profile = tempfile::tempdir().unwrap();
        let mut wanted = DesiredCapabilities::chrome();
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"] {
            wanted.add_arg(argument).unwrap();
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        if !scripts {
            wanted.add_experimental_option("prefs", serde_json::json!({ "profile.managed_default_content_settings.javascript": 2 })).unwrap();
        }
        let address = format!("http://127.0.0.1:{port}");
        for _ in 0..100 {
            if let Ok(driver) = WebDriver::new(&address, wanted.clone()).await {
                return Chrome { driver, process, _profile: profile };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no browser: is chromium-driver installed?");
    }

    /// Ends it.
    pub async fn end(self) {
        let _ = self.driver.clone().quit().await;
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
