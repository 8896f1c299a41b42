// What was written without a network, kept on the phone until it has arrived. Pages and the worker share it.

export interface Draft {
  /** The form's own key, which the service does once and no more. */
  key: string;
  path: string;
  fields: [string, string][];
  /** writing: more is asked. ready: to be sent. wrong: the service wants something changed. */
  state: "writing" | "ready" | "wrong";
  /** Who was signed in, by the page's mark; "" for nobody. */
  reader: string;
  /** Written signed out, and taken up by its writer since: whoever has signed in on this phone then is the one. */
  takenUp?: boolean;
  at: number;
}

/** Fields that belong to the page that showed the form, not to what was typed. */
const ofThePage = new Set(["__RequestVerificationToken", "do", "locale", "step", "need", "then", "all"]);

export const typed = (fields: Iterable<[string, FormDataEntryValue]>): [string, string][] =>
  [...fields].filter((field): field is [string, string] => typeof field[1] === "string" && !ofThePage.has(field[0]));

export const drafts = () => run<Draft[]>("readonly", (store) => store.getAll() as IDBRequest<Draft[]>);

export const draft = (key: string) => run<Draft | undefined>("readonly", (store) => store.get(key) as IDBRequest<Draft | undefined>);

export const keep = (one: Draft) => run("readwrite", (store) => store.put(one));

export const forget = (key: string) => run("readwrite", (store) => store.delete(key));

async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((done, failed) => {
      const transaction = database.transaction("draft", mode);
      const request = work(transaction.objectStore("draft"));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const request = indexedDB.open("outbox", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("draft", { keyPath: "key" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}
