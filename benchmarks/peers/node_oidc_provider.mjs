// node-oidc-provider as its documentation advises for production: a database adapter, rotation, two processes.
//
// Environment: PORT, WORKERS, DATABASE (the path of a SQLite file, or a postgresql:// address), PEOPLE (how many),
// PASSWORD (of all of them), MEMORY_KIB and PASSES (of argon2id). `node node_oidc_provider.mjs seed` makes tables and people, and ends.

import cluster from "node:cluster";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { hash, verify } from "@node-rs/argon2";

const { PORT, WORKERS, DATABASE, PEOPLE, PASSWORD, MEMORY_KIB, PASSES, KEYS } = process.env;
const ARGON2ID = { memoryCost: Number(MEMORY_KIB), timeCost: Number(PASSES), parallelism: 1 };
const SCOPE = "openid profile email offline_access";
const seconds = () => Math.floor(Date.now() / 1000);

/** The few statements an adapter needs, on either database; every one is prepared once. */
async function connect() {
  if (DATABASE.startsWith("postgres")) {
    const { default: pg } = await import("pg");
    const pool = new pg.Pool({ connectionString: DATABASE, max: 8 });
    const run = (name, sql, values) => pool.query({ name, text: sql, values }).then(({ rows }) => rows);
    return { run, json: "jsonb", written: (value) => value, read: (value) => value };
  }
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(DATABASE, { timeout: 10000 });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const prepared = new Map();
  const run = async (name, sql, values) => {
    if (!prepared.has(name)) prepared.set(name, database.prepare(sql.replaceAll(/\$(\d+)/g, "?$1")));
    return prepared.get(name).all(...values);
  };
  return { run, json: "text", written: JSON.stringify, read: JSON.parse };
}

const TABLES = (json) => [
  `CREATE TABLE kept (kind text, id text, payload ${json}, of_grant text, uid text, used bigint, ends bigint, PRIMARY KEY (kind, id))`,
  "CREATE INDEX kept_of_grant ON kept (of_grant) WHERE of_grant IS NOT NULL",
  "CREATE INDEX kept_uid ON kept (uid) WHERE uid IS NOT NULL",
  `CREATE TABLE person (identifier text PRIMARY KEY, hash text, claims ${json})`,
];

async function seed({ run, json, written }) {
  for (const [number, sql] of TABLES(json).entries()) await run(`table ${number}`, sql, []);
  const hashed = await hash(PASSWORD, ARGON2ID);
  for (let number = 1; number <= Number(PEOPLE); number++) {
    const identifier = `person${number}`;
    const claims = { name: `Chloé Lefèvre ${number}`, given_name: "Chloé", family_name: `Lefèvre ${number}`, email: `${identifier}@example.org` };
    await run("person", "INSERT INTO person VALUES ($1, $2, $3)", [identifier, hashed, written(claims)]);
  }
}

function adapters({ run, written, read }) {
  const living = ([row]) => {
    if (!row || (row.ends && Number(row.ends) < seconds())) return undefined;
    const payload = read(row.payload);
    return row.used ? { ...payload, consumed: Number(row.used) } : payload;
  };
  const UPSERT = `INSERT INTO kept VALUES ($1, $2, $3, $4, $5, NULL, $6) ON CONFLICT (kind, id)
    DO UPDATE SET payload = excluded.payload, of_grant = excluded.of_grant, uid = excluded.uid, ends = excluded.ends`;
  return class {
    constructor(kind) { this.kind = kind; }
    upsert(id, payload, lifetime) {
      const ends = lifetime ? seconds() + lifetime : null;
      return run("upsert", UPSERT, [this.kind, id, written(payload), payload.grantId ?? null, payload.uid ?? null, ends]);
    }
    async find(id) { return living(await run("find", "SELECT payload, used, ends FROM kept WHERE kind = $1 AND id = $2", [this.kind, id])); }
    async findByUid(uid) { return living(await run("by uid", "SELECT payload, used, ends FROM kept WHERE uid = $1 AND kind = $2", [uid, this.kind])); }
    async findByUserCode() { return undefined; }
    consume(id) { return run("consume", "UPDATE kept SET used = $1 WHERE kind = $2 AND id = $3", [seconds(), this.kind, id]); }
    destroy(id) { return run("destroy", "DELETE FROM kept WHERE kind = $1 AND id = $2", [this.kind, id]); }
    revokeByGrantId(grant) { return run("revoke", "DELETE FROM kept WHERE of_grant = $1", [grant]); }
  };
}

/** Both processes sign with the same keys. */
function keys() {
  if (!existsSync(KEYS)) {
    const made = [["rsa", { modulusLength: 2048 }, "RS256"], ["ec", { namedCurve: "P-256" }, "ES256"]].map(([kind, options, alg]) =>
      ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }), kid: alg, alg, use: "sig" }));
    writeFileSync(KEYS, JSON.stringify({ keys: made }));
  }
  return JSON.parse(readFileSync(KEYS, "utf8"));
}

async function serve(database) {
  const { Provider } = await import("oidc-provider");
  const found = async (identifier) => {
    const [row] = await database.run("look up", "SELECT hash, claims FROM person WHERE identifier = $1", [identifier]);
    return row && { hash: row.hash, claims: { sub: identifier, ...database.read(row.claims) } };
  };
  const client = (client_id, grant_types, more) => ({
    client_id, client_secret: "a-secret-for-benchmarks-0123456789", grant_types, scope: SCOPE,
    id_token_signed_response_alg: "ES256", redirect_uris: [], response_types: [], ...more,
  });
  const provider = new Provider(`http://127.0.0.1:${PORT}`, {
    adapter: adapters(database),
    jwks: keys(),
    cookies: { keys: ["a-key-for-benchmarks"] },
    clients: [
      client("app", ["authorization_code", "refresh_token"], { redirect_uris: ["https://app.example/callback"], response_types: ["code"] }),
      client("service", ["client_credentials"], {}),
    ],
    features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true }, revocation: { enabled: true } },
    claims: { openid: ["sub"], profile: ["name", "given_name", "family_name"], email: ["email"] },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    expiresWithSession: async () => false,
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, RefreshToken: 2592000, Session: 86400, Grant: 2592000, Interaction: 600, ClientCredentials: 600 },
    findAccount: async (_, accountId) => {
      const person = await found(accountId);
      return person && { accountId, claims: async () => person.claims };
    },
    loadExistingGrant: async ({ oidc }) => {
      const known = oidc.session.grantIdFor(oidc.client.clientId);
      if (known) return oidc.provider.Grant.find(known);
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope(SCOPE);
      await grant.save();
      return grant;
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  });
  provider.use((context, next) => (context.path.startsWith("/interaction/") ? signIn(provider, found, context) : next()));
  provider.listen(Number(PORT), "127.0.0.1");
}

async function signIn(provider, found, context) {
  await provider.interactionDetails(context.req, context.res);
  if (context.method === "GET") {
    context.type = "html";
    context.body = '<!doctype html><form method="post"><input name="login" type="text"><input name="password" type="password"><button>Sign in</button></form>';
    return;
  }
  const form = new URLSearchParams(await text(context.req));
  const person = await found(form.get("login"));
  if (!person || !(await verify(person.hash, form.get("password")))) context.throw(401);
  context.respond = false;
  await provider.interactionFinished(context.req, context.res, { login: { accountId: person.claims.sub } });
}

if (process.argv[2] === "seed") {
  await seed(await connect());
  process.exit(0);
} else if (cluster.isPrimary) {
  keys();
  for (let number = 0; number < Number(WORKERS); number++) cluster.fork();
} else {
  await serve(await connect());
}
