// IndexedDB by hand: a few tables of one database. A write is one transaction that is on the disk when it resolves.
const NAME = "door";
const TABLES = ["keys", "meta", "log", "buckets"];

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const table of TABLES) request.result.createObjectStore(table);
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onclose = () => (opening = null);
      resolve(request.result);
    };
  });
  return opening;
}

const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export async function read(table, key) {
  const database = await open();
  return answer(database.transaction(table).objectStore(table).get(key));
}

export async function readAll(table, range) {
  const database = await open();
  return answer(database.transaction(table).objectStore(table).getAll(range));
}

export async function readEntries(table, range) {
  const database = await open();
  const rows = database.transaction(table).objectStore(table);
  const [keys, values] = await Promise.all([answer(rows.getAllKeys(range)), answer(rows.getAll(range))]);
  return keys.map((key, number) => [key, values[number]]);
}

export class Changed extends Error {}

const unconditional = { table: "meta", key: "", holds: () => true };

// changes: [table, key, value], or [table, key] to delete (a key may be a range), all or nothing.
// condition: {table, key, holds(found)}; rejects with Changed, nothing written, when it does not hold.
export async function write(changes, condition = unconditional) {
  const database = await open();
  const tables = [...new Set([condition.table, ...changes.map(([table]) => table)])];
  const doing = database.transaction(tables, "readwrite", { durability: "strict" });
  let changed = false;
  const asked = doing.objectStore(condition.table).get(condition.key);
  asked.onsuccess = () => {
    if (!condition.holds(asked.result)) {
      changed = true;
      doing.abort();
      return;
    }
    for (const [table, key, ...value] of changes) {
      const rows = doing.objectStore(table);
      if (value.length) rows.put(value[0], key);
      else rows.delete(key);
    }
  };
  await new Promise((resolve, reject) => {
    doing.oncomplete = resolve;
    doing.onabort = () => reject(changed ? new Changed(condition.key) : doing.error);
  });
}

export const everything = IDBKeyRange.lowerBound(-Infinity);
