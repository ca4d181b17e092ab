// Saves that the server has not confirmed yet, kept in the browser's own database.
const NAME = "sverka-scoring";
const STORE = "saves";
const FORCED = { seq: 0 }; // nobody's entry: written only to force what came before it onto the disk

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: "seq", autoIncrement: true });
  };
  return finished(request);
}

// A write counts when its transaction is complete, not when its request succeeded. "relaxed" outlives
// the tab and the browser; "strict" outlives the power too, and costs a turn of the disk.
function written(database, change, durability = "relaxed") {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite", { durability });
    let result;
    change(transaction.objectStore(STORE)).onsuccess = (event) => { result = event.target.result; };
    transaction.commit(); // nothing follows: the browser need not come back to ask
    transaction.oncomplete = () => resolve(result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export async function openJournal(owner) {
  const database = await open();
  return {
    async add(entry) {
      const seq = await written(database, (store) => store.add({ ...entry, owner }));
      return { ...entry, owner, seq };
    },
    change: (entry) => written(database, (store) => store.put(entry)),
    force: () => written(database, (store) => store.put(FORCED), "strict"),
    remove: (entry) => written(database, (store) => store.delete(entry.seq)),
    async all() {
      const store = database.transaction(STORE).objectStore(STORE);
      return (await finished(store.getAll())).filter((entry) => entry.owner === owner);
    },
  };
}
