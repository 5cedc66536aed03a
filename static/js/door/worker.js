// The service worker of the door. The server puts a line before this: self.DOOR = {version, files, pages, scope}.
// files: [url, integrity] · pages: language -> url of the page in it
const { version, files, pages, scope } = self.DOOR;
const CACHE = `door:${version}`;
const CHOICE = "door-choice";
const own = new Set(files.map(([url]) => url));

self.addEventListener("install", (event) => event.waitUntil(fetchAll()));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("message", (event) => event.data.go && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, searchParams } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && pathname === scope) event.respondWith(page(searchParams.get("language")));
  else if (own.has(pathname)) event.respondWith(kept(pathname, event.request));
});

// Everything or nothing: a file that is not the one of this version fails its integrity, and the old version stays.
async function fetchAll() {
  const cache = await caches.open(CACHE);
  const wanted = files.map(([url, integrity]) => new Request(url, { cache: "no-cache", integrity }));
  for (const url of Object.values(pages)) wanted.push(new Request(url, { cache: "no-store", credentials: "omit" }));
  await Promise.all(
    wanted.map(async (request) => {
      const response = await fetch(request);
      if (!response.ok) throw new Error(`${request.url}: ${response.status}`);
      await cache.put(request.url, response);
    }),
  );
}

async function begin() {
  const old = (await caches.keys()).filter((name) => name.startsWith("door:") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(pathname, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(pathname, { ignoreVary: true })) ?? fetch(request);
}

async function page(asked) {
  const choice = await (await caches.open(CHOICE)).match(`${scope}language`);
  const wanted = [asked, await choice?.text(), ...navigator.languages.map((name) => name.slice(0, 2))];
  const cache = await caches.open(CACHE);
  const url = pages[wanted.find((language) => language in pages)] ?? Object.values(pages)[0];
  return (await cache.match(url, { ignoreVary: true })) ?? fetch(url);
}
