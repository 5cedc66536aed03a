// Results come without the head of their page. Its one style, the organizers' colours, is taken over here: as a
// <style> the policy of the page that stands would refuse it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  detail.serverResponse = detail.serverResponse.replace(/<style>(.*?)<\/style>/s, (_, rules) => {
    const colours = new CSSStyleSheet();
    colours.replaceSync(rules);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, colours];
    return "";
  });
});
