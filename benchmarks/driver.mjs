// Drives one provider the way its apps and people do, and prints what it measured as JSON.
//
// Reads a plan from standard input (benchmarks/plan.py writes it): where the endpoints are, one app, one service,
// people with passwords, and which operations to repeat for how long. Every provider gets the same plan.

import { createHash, randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import { Pool } from "undici";

const plan = JSON.parse(await text(process.stdin));
const pool = new Pool(plan.base, { connections: plan.concurrency, pipelining: 1 });
const MOST_STEPS = 16;
const WARM_UP_SECONDS = 1;
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const random = () => randomBytes(32).toString("base64url");
const encoded = (fields) => new URLSearchParams(fields).toString();

function basic({ client_id, client_secret }) {
  return "Basic " + Buffer.from(`${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`).toString("base64");
}

async function send(method, path, headers = {}, body = undefined) {
  const answer = await pool.request({ method, path, headers, body });
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
}

/** A form post for tokens; anything but a token answer is an error. */
async function tokens(app, fields) {
  const answer = await send("POST", plan.paths.token, { ...FORM, authorization: basic(app) }, encoded(fields));
  if (answer.status !== 200) throw new Error(`token: ${answer.status} ${answer.body.slice(0, 200)}`);
  return JSON.parse(answer.body);
}

/** One person with a browser: cookies, and the forms that the pages show. */
class Person {
  constructor({ identifier, password }) {
    Object.assign(this, { identifier, password, cookies: new Map(), held: null });
  }

  async open(method, path, body) {
    const headers = { accept: "text/html", host: new URL(plan.base).host };
    if (this.cookies.size) headers.cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    if (method === "POST") Object.assign(headers, FORM, { origin: plan.base, "sec-fetch-site": "same-origin" });
    const answer = await send(method, path, headers, body);
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === "" || /max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Walk from the app's request to its code, through whatever pages there are. */
  async authorize(verifier) {
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const request = {
      response_type: "code", client_id: plan.app.client_id, redirect_uri: plan.app.redirect_uri, scope: plan.scope,
      state: random(), nonce: random(), code_challenge: challenge, code_challenge_method: "S256",
    };
    let step = ["GET", `${plan.paths.authorize}?${encoded(request)}`, undefined];
    for (let count = 0; count < MOST_STEPS; count++) {
      const answer = await this.open(...step);
      const where = new URL(answer.headers.location ?? "", plan.base + step[1]);
      if (answer.headers.location?.startsWith(plan.app.redirect_uri)) {
        const code = where.searchParams.get("code");
        if (code) return code;
        throw new Error(`authorize: ${where.search}`);
      }
      step = answer.headers.location ? ["GET", where.pathname + where.search, undefined] : this.fill(answer, step[1]);
    }
    throw new Error("authorize: no end of pages");
  }

  /** Fill in the first form that is posted, as somebody would who knows only identifier and password. */
  fill({ status, body }, path) {
    for (const [, attributes, inside] of body.matchAll(/<form([^>]*)>(.*?)<\/form>/gis)) {
      if (!/method="?post/i.test(attributes)) continue;
      const fields = {};
      for (const [, tag, rest] of inside.matchAll(/<(input|button)\b([^>]*)>/gis)) {
        const attribute = (name) => unescaped((new RegExp(`\\b${name}="([^"]*)"`).exec(rest) ?? [])[1]);
        const name = attribute("name");
        const type = attribute("type") || (tag === "button" ? "submit" : "text");
        if (!name || type === "checkbox") continue;
        if (type === "submit" && Object.hasOwn(fields, " submit")) continue;
        if (type === "submit") fields[" submit"] = name;
        fields[name] = { password: this.password, text: this.identifier }[type] ?? attribute("value");
      }
      delete fields[" submit"];
      const action = unescaped((/action="([^"]*)"/.exec(attributes) ?? [])[1]);
      const where = new URL(action || path, plan.base + path);
      return ["POST", where.pathname + where.search, encoded(fields)];
    }
    throw new Error(`a page without a form: ${status} ${path} ${body.slice(0, 300)}`);
  }

  async signIn() {
    this.cookies.clear();
    await this.code();
  }

  async code() {
    const verifier = random();
    const code = await this.authorize(verifier);
    const { redirect_uri } = plan.app;
    this.held = await tokens(plan.app, { grant_type: "authorization_code", code, redirect_uri, code_verifier: verifier });
  }

  async refresh() {
    const former = this.held.refresh_token;
    const got = await tokens(plan.app, { grant_type: "refresh_token", refresh_token: former });
    if (got.refresh_token === former) throw new Error("refresh: nothing was rotated");
    this.held = { ...this.held, ...got };
  }

  async userinfo() {
    const answer = await send("GET", plan.paths.userinfo, { authorization: `Bearer ${this.held.access_token}` });
    if (answer.status !== 200) throw new Error(`userinfo: ${answer.status} ${answer.body.slice(0, 200)}`);
  }
}

function unescaped(text = "") {
  return text.replaceAll("&#34;", '"').replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

async function document(path) {
  const answer = await send("GET", path);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
}

const OPERATIONS = {
  discovery: () => document(plan.paths.discovery),
  jwks: () => document(plan.paths.jwks),
  client_credentials: () => tokens(plan.service, { grant_type: "client_credentials", scope: plan.service.scope }),
  userinfo: (person) => person.userinfo(),
  refresh: (person) => person.refresh(),
  code: (person) => person.code(),
  sign_in: (person) => person.signIn(),
};

/** Repeat one operation from as many people at once as the plan says; each has several accounts and takes turns. */
async function repeat(operation, queues, seconds) {
  const milliseconds = [], errors = [];
  const began = performance.now(), end = began + seconds * 1000;
  await Promise.all(queues.map(async (people) => {
    for (let turn = 0; performance.now() < end; turn++) {
      const start = performance.now();
      try {
        await operation(people[turn % people.length]);
        milliseconds.push(performance.now() - start);
      } catch (error) {
        errors.push(String(error.message ?? error));
        if (errors.length > 100) return;
      }
    }
  }));
  const elapsed = (performance.now() - began) / 1000;
  milliseconds.sort((one, other) => one - other);
  const at = (share) => milliseconds[Math.min(milliseconds.length - 1, Math.floor(milliseconds.length * share))] ?? null;
  return { rate: milliseconds.length / elapsed, p50: at(0.5), p99: at(0.99), errors: errors.length, first_error: errors[0] };
}

const people = plan.people.map((person) => new Person(person));
const queues = Array.from({ length: plan.concurrency }, (_, at) => people.filter((_, n) => n % plan.concurrency === at));
await Promise.all(queues.map(async (queue) => { for (const person of queue) await person.signIn(); }));

const results = {};
for (const name of plan.operations) {
  await repeat(OPERATIONS[name], queues, WARM_UP_SECONDS);
  results[name] = [];
  for (let round = 0; round < plan.repetitions; round++) {
    results[name].push(await repeat(OPERATIONS[name], queues, plan.seconds));
  }
}
process.stdout.write(JSON.stringify(results));
await pool.close();
