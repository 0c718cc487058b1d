// What the schema of this checkout would break for clients of the last release, whose schema is `released.graphql`.
import { readFileSync } from "node:fs";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const read = (path) => buildSchema(readFileSync(path, "utf8"));
const changes = await diff(read(new URL("released.graphql", import.meta.url)), read("schema.graphql"));
const breaking = changes.filter((change) => change.criticality.level === CriticalityLevel.Breaking);

for (const change of breaking) console.error(`breaking: ${change.path}: ${change.message}`);
if (breaking.length > 0) {
  console.error(
    "Clients of the last release would break. Deprecate instead, or say why in CHANGELOG.md; the release that\n" +
      "does so copies schema.graphql over schema/lint/released.graphql, as every release does.",
  );
  process.exit(1);
}
console.log(`schema: ${changes.length} changes since the last release, none of them breaking`);
