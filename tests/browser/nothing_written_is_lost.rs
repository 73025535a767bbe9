//! What the page calls saved is saved; what is not, is still on the page, or waits for whoever wrote it.

use diesel::prelude::*;
use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::hands::{becomes, press, sign_in, sign_in_here, told, wait_for};
use crate::wire::Wire;
use crate::world::World;

/// Opens the own words of a relative, written before: the first text there may be gone on with. Gives the address.
async fn own_words(driver: &WebDriver, server: &str) -> String {
    driver.goto(format!("{server}/language/nl?to=/mine")).await.unwrap();
    press(driver, By::Css("main a[href$='/relative-input']")).await;
    press(driver, By::Css("main .todo a")).await;
    wait_for(driver, By::Css("main textarea")).await;
    driver.current_url().await.unwrap().to_string()
}

async fn type_more(driver: &WebDriver, words: &str) {
    wait_for(driver, By::Css("main textarea")).await.send_keys(words).await.unwrap();
}

async fn text(driver: &WebDriver) -> String {
    wait_for(driver, By::Css("main textarea")).await.prop("value").await.unwrap().unwrap_or_default()
}

const SAVED: &str = "return document.querySelector('.save').dataset.state === 'saved'";
const FAILED: &str = "return document.querySelector('.save').dataset.state === 'failed'";

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_cut_while_writing_loses_nothing_that_was_shown_as_saved() {
    let world = World::open().await;
    let wire = Wire::to(&world.server);
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    sign_in(driver, &wire.address, world.account("RE")).await;
    let address = own_words(driver, &wire.address).await;
    type_more(driver, " Eerst bewaard.").await;
    becomes(driver, SAVED, "the first words are saved").await;
    // Cut: it says so, the text stays, and pressing the button sends nothing into nowhere.
    wire.cut();
    type_more(driver, " Zonder verbinding geschreven.").await;
    becomes(driver, FAILED, "it says that it is not saved").await;
    becomes(driver, "return !document.getElementById('offline').hidden", "the line about the connection").await;
    assert!(told(driver, "return document.querySelector('.save').textContent").await.contains("Niet opgeslagen"));
    wait_for(driver, By::Css("main .actions button[value=save]")).await.click().await.unwrap();
    becomes(driver, "return !document.getElementById('offline').hidden", "the line is still there").await;
    assert!(text(driver).await.ends_with("Eerst bewaard. Zonder verbinding geschreven."), "the text is still there: {}", text(driver).await);
    // Long enough that whatever a key or the press began has failed too: from here on only trying again helps.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    becomes(driver, FAILED, "it still says that it is not saved").await;
    // A closed window holds what is not saved: the browser asks first.
    becomes(driver, "const leaving = new Event('beforeunload', { cancelable: true }); dispatchEvent(leaving); return leaving.defaultPrevented", "the page asks before it is left").await;
    // Back: it is tried again by itself.
    wire.mend();
    becomes(driver, SAVED, "saved once the connection is back").await;
    becomes(driver, "return document.getElementById('offline').hidden", "the line is gone").await;
    // Another window finds all of it, and says that it is a draft.
    driver.goto("about:blank").await.unwrap();
    driver.goto(&address).await.unwrap();
    assert!(text(driver).await.ends_with("Eerst bewaard. Zonder verbinding geschreven."), "what was called saved is there: {}", text(driver).await);
    assert!(driver.source().await.unwrap().contains("Dit is uw concept"));
    chrome.end().await;
}

/// Which form of a page a text field stands in: the line under it.
const QUICK: &str = "document.getElementById('text').form.querySelector('.save').dataset.state";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_in_a_page_s_own_form_is_kept_till_it_is_sent_and_sent_by_its_author_only() {
    let world = World::open().await;
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    sign_in(driver, &world.server, world.account("RE")).await;
    let address = driver.current_url().await.unwrap().to_string();
    let question = |driver: &WebDriver| { let driver = driver.clone(); async move { wait_for(&driver, By::Id("text")).await } };
    let waiting = || diesel::sql_query("select id from sec.parked").execute(&mut world.superuser()).unwrap();
    question(driver).await.send_keys("Waarom belde niemand").await.unwrap();
    driver.execute("document.getElementById('contact_only').click()", vec![]).await.unwrap();
    becomes(driver, &format!("return {QUICK} === 'saved'"), "the question is kept").await;
    assert_eq!(waiting(), 1);
    // Left and come back: it stands there again, as it was typed, and nothing was sent.
    driver.goto("about:blank").await.unwrap();
    driver.goto(&address).await.unwrap();
    becomes(driver, "return document.getElementById('text').value === 'Waarom belde niemand' && document.getElementById('contact_only').checked", "what was typed is put back").await;
    assert!(!told(driver, "return document.getElementById('questions').parentElement.textContent").await.contains("Waarom belde niemand"), "nothing was sent");
    // Typed on, it takes the place of what was kept before.
    question(driver).await.send_keys(" terug?").await.unwrap();
    becomes(driver, &format!("return {QUICK} === 'saved'"), "the rest is kept").await;
    assert_eq!(waiting(), 1);
    // At the next sign-in it is shown with the way to its page; it can't be sent from there.
    driver.goto(format!("{}/parked", world.server)).await.unwrap();
    assert!(wait_for(driver, By::Css("main .typed")).await.text().await.unwrap().ends_with("terug?"));
    assert!(driver.find_all(By::Css("main form[action^='/parked/back']")).await.unwrap().is_empty());
    press(driver, By::Css("main .card .actions a.btn")).await;
    becomes(driver, "return document.getElementById('text').value === 'Waarom belde niemand terug?'", "put back again").await;
    driver.execute("document.getElementById('text').form.querySelector('button.btn').click()", vec![]).await.unwrap();
    becomes(driver, "return [...document.querySelectorAll('main article h3')].some((one) => one.textContent === 'Waarom belde niemand terug?')", "the question is asked").await;
    assert_eq!(waiting(), 0, "what was sent is not kept");
    assert_eq!(question(driver).await.prop("value").await.unwrap().unwrap_or_default(), "", "and not put back");
    chrome.end().await;
}

/// A second window on the same text, in which something is typed; gives the first.
async fn second_window(driver: &WebDriver, address: &str) -> WindowHandle {
    let first = driver.window().await.unwrap();
    let second = driver.new_tab().await.unwrap();
    driver.switch_to_window(second).await.unwrap();
    driver.goto(address).await.unwrap();
    type_more(driver, " Uit het tweede venster.").await;
    first
}

/// Both texts stand on the page, one's own in the form.
async fn both_stand(driver: &WebDriver) {
    let conflict = wait_for(driver, By::Css(".conflict")).await.text().await.unwrap();
    assert!(conflict.contains("Uit het tweede venster.") && conflict.contains("Uit het eerste venster."), "both texts stand side by side: {conflict}");
    assert!(text(driver).await.ends_with("Uit het eerste venster."), "one's own text is still in the form");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_on_one_text_show_both_and_overwrite_neither() {
    let world = World::open().await;
    let chrome = Chrome::start(false).await;
    let driver = &chrome.driver;
    sign_in(driver, &world.server, world.account("RE")).await;
    let address = own_words(driver, &world.server).await;
    let first = second_window(driver, &address).await;
    press(driver, By::Css("main .actions button[value=save]")).await;
    driver.switch_to_window(first).await.unwrap();
    type_more(driver, " Uit het eerste venster.").await;
    press(driver, By::Css("main .actions button[value=save]")).await;
    both_stand(driver).await;
    assert!(driver.title().await.unwrap() == "Fout: Lering", "a relative's title says that something is open, and nothing of what");
    // Chosen with both in view: one's own.
    press(driver, By::Css("main .actions button[value=save]")).await;
    driver.goto(&address).await.unwrap();
    assert!(text(driver).await.ends_with("Uit het eerste venster."));
    chrome.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_a_second_window_only_kept_are_shown_before_the_first_saves_over_them() {
    let world = World::open().await;
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    sign_in(driver, &world.server, world.account("RE")).await;
    let address = own_words(driver, &world.server).await;
    let first = second_window(driver, &address).await;
    becomes(driver, SAVED, "the page calls it saved").await;
    driver.close_window().await.unwrap();
    driver.switch_to_window(first).await.unwrap();
    type_more(driver, " Uit het eerste venster.").await;
    becomes(driver, FAILED, "the first window says that there are other words").await;
    press(driver, By::Css("main .actions button[value=save]")).await;
    both_stand(driver).await;
    press(driver, By::Css("main .actions button[value=save]")).await;
    driver.goto(&address).await.unwrap();
    assert!(text(driver).await.ends_with("Uit het eerste venster."), "what was chosen is saved: {}", text(driver).await);
    chrome.end().await;
}

/// The session ends while somebody writes: at the next sign-in the text is offered, goes where it was going, and is not offered again.
async fn session_ends(scripts: bool) {
    let world = World::open().await;
    let account = world.account("RE");
    let chrome = Chrome::start(scripts).await;
    let driver = &chrome.driver;
    sign_in(driver, &world.server, account).await;
    let address = own_words(driver, &world.server).await;
    diesel::sql_query("update sec.session set ends_at = now() - interval '1 minute'").execute(&mut world.superuser()).unwrap();
    type_more(driver, " Te laat geschreven.").await;
    if scripts {
        // The page covers itself and says so; the text stays in its field.
        becomes(driver, FAILED, "it says that it is not saved").await;
        becomes(driver, "return document.getElementById('ends').open && !document.querySelector('[data-say=over]').hidden", "the page says that the session is over").await;
        assert!(text(driver).await.ends_with(" Te laat geschreven."), "the text is still on the page");
        driver.goto(format!("{}/sign-in", world.server)).await.ok();
        let _ = driver.accept_alert().await;
        wait_for(driver, By::Id("name")).await;
    } else {
        press(driver, By::Css("main .actions button[value=save]")).await;
        assert!(driver.source().await.unwrap().contains("Wij hebben uw tekst bewaard"), "the sign-in page says that the text is kept");
    }
    sign_in_here(driver, account).await;
    let kept = wait_for(driver, By::Css("main .typed")).await.text().await.unwrap();
    assert!(kept.ends_with("Te laat geschreven."), "the text is offered: {kept}");
    press(driver, By::Css("main .card .actions form:first-child button")).await;
    driver.goto(&address).await.unwrap();
    assert!(text(driver).await.ends_with(" Te laat geschreven."), "the text is where it was going: {}", text(driver).await);
    driver.goto(format!("{}/", world.server)).await.unwrap();
    assert!(driver.current_url().await.unwrap().path().starts_with("/relatives/"), "at the own page: {}", driver.current_url().await.unwrap());
    chrome.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_writing_keeps_the_text_and_offers_it_back() {
    session_ends(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_writing_without_scripts_keeps_the_text_and_offers_it_back() {
    session_ends(false).await;
}

/// Leaves a page on which somebody was writing: a neutral site stands there, nobody is signed in, and what was typed is kept.
async fn leaves(by_key: bool) {
    let world = World::open().await;
    diesel::sql_query(format!("update app.bureau set neutral_site = '{}/about/accessibility'", world.server)).execute(&mut world.superuser()).unwrap();
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    sign_in(driver, &world.server, world.account("RE")).await;
    let address = own_words(driver, &world.server).await;
    type_more(driver, " Nog net geschreven.").await;
    if by_key {
        for _ in 0..3 {
            driver.action_chain().key_down(Key::Shift).key_up(Key::Shift).perform().await.unwrap();
        }
    } else {
        wait_for(driver, By::Css("a.leave")).await.click().await.unwrap();
    }
    becomes(driver, "return location.pathname === '/about/accessibility'", "the neutral site").await;
    driver.goto(&address).await.unwrap();
    assert!(driver.current_url().await.unwrap().path().starts_with("/sign-in"), "nobody is signed in any more");
    sign_in_here(driver, world.account("RE")).await;
    driver.goto(&address).await.unwrap();
    assert!(text(driver).await.ends_with(" Nog net geschreven."), "what was typed is kept: {}", text(driver).await);
    // Without scripts the same button is a link.
    driver.goto(format!("{}/leave", world.server)).await.unwrap();
    becomes(driver, "return location.pathname === '/about/accessibility'", "the neutral site").await;
    driver.goto(&address).await.unwrap();
    assert!(driver.current_url().await.unwrap().path().starts_with("/sign-in"), "nobody is signed in any more");
    chrome.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_by_the_button_ends_the_session_and_keeps_what_was_typed() {
    leaves(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_by_three_times_shift_ends_the_session_and_keeps_what_was_typed() {
    leaves(true).await;
}
