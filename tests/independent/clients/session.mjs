// One jsforce connection, driven by lines of JSON: {call, with} in, {done} or {refused: {name, errorCode, message}} out.
import { createInterface } from "node:readline";
import jsforce from "jsforce";

const [instanceUrl, loginUrl, accessToken] = process.argv.slice(2);
const oauth2 = { loginUrl, clientId: process.env.CONSUMER_KEY, clientSecret: process.env.CONSUMER_SECRET };
const connection = new jsforce.Connection({ instanceUrl, accessToken, oauth2, version: "62.0" });
connection.bulk2.pollInterval = 50;
connection.bulk2.pollTimeout = 20_000;

const calls = {
  authorize: async (options) => {
    const own = new jsforce.Connection({ instanceUrl, oauth2, version: "62.0" });
    await own.authorize(options);
    return own.identity();
  },
  approve: async (redirectUri) => {
    const client = new jsforce.OAuth2({ ...oauth2, redirectUri, useVerifier: true });
    const answer = await fetch(client.getAuthorizationUrl({ scope: "api refresh_token" }), { redirect: "manual" });
    const own = new jsforce.Connection({ instanceUrl, oauth2: client, version: "62.0" });
    await own.authorize(new URL(answer.headers.get("location")).searchParams.get("code"));
    own.accessToken = "00D000000000000!ended";
    return { found: (await own.query("SELECT Id FROM Organization")).totalSize, renewed: own.accessToken };
  },
  login: (user, password) => new jsforce.Connection({ loginUrl, version: "62.0" }).login(user, password),
  identity: () => connection.identity(),
  query: (soql) => connection.query(soql),
  allRecords: (soql) => connection.query(soql, { autoFetch: true, maxFetch: 10_000 }),
  create: (type, records) => connection.sobject(type).create(records),
  retrieve: (type, id) => connection.sobject(type).retrieve(id),
  update: (type, record) => connection.sobject(type).update(record),
  upsert: (type, records, key, options) => connection.sobject(type).upsert(records, key, options),
  destroy: (type, id) => connection.sobject(type).destroy(id),
  updated: (type, start, end) => connection.sobject(type).updated(start, end),
  deleted: (type, start, end) => connection.sobject(type).deleted(start, end),
  describe: async (type) => (await connection.sobject(type).describe()).fields.map((field) => field.name),
  limits: async () => (await connection.limits()).DailyApiRequests,
  used: () => connection.limitInfo.apiUsage,
  load: (object, operation, input, externalIdFieldName) =>
    connection.bulk2.loadAndWaitForResults({ object, operation, input, externalIdFieldName }),
  bulkQuery: async (soql) => (await connection.bulk2.query(soql)).toArray(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { call, with: given } = JSON.parse(line);
  let answer;
  try {
    answer = { done: (await calls[call](...given)) ?? null };
  } catch (error) {
    answer = { refused: { name: error.name, errorCode: error.errorCode ?? null, message: error.message } };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
