"""The box that jumps, and the search for messages."""

from tests.browser.people_case import COMPOSER, PeopleCase


class Palette(PeopleCase):
    """Ctrl+K."""

    def test_jump(self) -> None:
        """What is unread stands first; rooms, people, actions, messages and rooms one is not in are found by typing."""
        tab = self.account("Ann")
        ben = self.account("Ben", "#/r/harbour")
        self.say(ben, "the gauge at the pier is wrong")
        ben.run("location.hash = '#/r/lobby'")
        ben.find("h1", "lobby")
        self.say(ben, "good morning @Ann")
        tab.find("a.place .badge", "1")
        tab.press("Control+k")
        self.assertIn("lobby", tab.text(".option"))
        self.assertIn("1", tab.text(".option .badge"))
        tab.type("morning")
        self.assertIn(
            "morning", tab.run("return arguments[0].querySelector('mark').innerText", tab.find(".option", "good"))
        )
        self.assert_accessible(tab, "palette")
        self.close(tab)
        tab.press("Control+k")
        tab.type("harb")
        tab.find(".option", "not joined")
        tab.press("Enter")
        tab.find("a.place[aria-current=page]", "harbour")
        tab.press("Control+k")
        tab.type("@ben\n")
        tab.find("a.place[aria-current=page]", "Ben")
        tab.press("Control+k")
        tab.type("keys\n")
        tab.find("dialog h2", "Keys")
        self.close(tab)
        tab.press("Control+k")
        tab.type("zzzz")
        tab.press("ArrowDown", "Enter")
        tab.find("dialog h2", "Search messages")
        tab.find("dialog [role=status]", "Nothing was found")
        self.assert_within_policy(tab)

    def test_fast(self) -> None:
        """With 500 names, what is typed is answered within 50 ms: the middle one of several letters."""
        tab = self.account("Ann")
        script = """
        const done = arguments[arguments.length - 1];
        (async () => {
          const {jumps} = await import(location.origin + "/page/core/search.js");
          const {firstState, newPlace} = await import(location.origin + "/page/core/state.js");
          const places = new Map(), people = new Map();
          for (let index = 0; index < 250; index += 1) {
            const place = newPlace("room", `room-${index}`);
            places.set(place.key, place);
            people.set(`person${index}`, {name: `Person${index}`, away: false});
          }
          const state = {...firstState({}), places, people, me: {name: "Ann"}};
          const times = ["", "r", "ro", "person1", "x"].map(typed => {
            const begin = performance.now();
            jumps(state, typed);
            return performance.now() - begin;
          });
          done(times.sort((one, other) => one - other)[2]);
        })();
        """
        self.assertLess(tab.run_later(script), 50)


class Search(PeopleCase):
    """Ctrl+Shift+F."""

    def test_hit_in_context(self) -> None:
        """A hit opens lit, in what was said around it; Back comes back to what was found, and Esc closes it."""
        tab = self.account("Ann")
        talker = self.typing("register Zed", "server:join tides")
        talker.read_until("tides")
        talker.type("the tide was high")
        for index in range(5):
            talker.type(f"something else {index}")
        tab.find(".row", "something else 4")
        tab.press("Control+Shift+f")
        tab.find("dialog [role=status]", "Search what was said")
        tab.type("TIDE", into="dialog input")
        self.assertEqual(tab.text(".hit mark"), "tide")
        self.assertIn("Zed", tab.text(".hit"))
        self.assertEqual(tab.text(".hits h3"), "#tides")
        self.assert_accessible(tab, "search")
        tab.click(".hit")
        tab.find(".row.lit", "the tide was high")
        self.assertRegex(tab.run("return location.hash"), r"^#/r/tides/\d+$")
        tab.run("history.back()")
        tab.find(".hit", "the tide was high")
        self.assertEqual(tab.run("return document.querySelector('dialog input').value"), "TIDE")
        self.close(tab)
        self.assert_within_policy(tab)

    def test_pages_and_places(self) -> None:
        """Many come in pages; `from:` and the choice of the room leave others out; mistakes are told."""
        tab = self.account("Ann")
        for index in range(25):
            tab.type(f"tide {index}\n", into=COMPOSER)
        tab.find(".row.stored", "tide 24")
        ben = self.account("Ben", "#/r/harbour")
        self.say(ben, "tide in the harbour")
        tab.press("Control+Shift+f")
        tab.type("tide", into="dialog input")
        tab.find(".hits h3", "#harbour")
        tab.click("dialog button", "More")
        tab.until("return document.querySelectorAll('.hit').length === 26")
        tab.click("dialog label", "#tides")
        tab.wait_gone(".hits h3", "#harbour")
        tab.click("dialog label", "Everywhere")
        tab.type(" from:Ben", into="dialog input")
        tab.until("return document.querySelectorAll('.hit').length === 1")
        tab.type(" before:yesterday", into="dialog input")
        tab.find("dialog [role=status].refusal")

    def test_private_room_is_not_found(self) -> None:
        """What was said in a room that one may not see is not there."""
        ann = self.account("Ann", "#/r/cave")
        ann.type("/private\n", into=COMPOSER)
        ann.find(".line", "only invited people")
        self.say(ann, "secret treasure")
        tab = self.account("Ben")
        tab.press("Control+Shift+f")
        tab.type("treasure", into="dialog input")
        tab.find("dialog [role=status]", "Nothing was found")
        ann.press("Control+Shift+f")
        ann.type("treasure", into="dialog input")
        ann.find(".hit", "secret treasure")
