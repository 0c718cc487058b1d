// The style of the public schema: every rule of graphql-eslint for schemas, but for these, each with its reason.
import graphql from "@graphql-eslint/eslint-plugin";

const OFF = {
  alphabetize: "fields stand by meaning: identity, state, times, people, origin",
  "input-name": "a mutation takes one `input`; `dryRun` and the bulk's `inputs` stand beside it by contract",
  "no-root-type": "the gateway writes and subscribes",
  "require-nullable-result-in-root": "a mutation always answers a member of its union; null would say nothing",
  "strict-id-in-types": "what has an identity implements Node; pages, refusals and parts of records have none",
};

const SET = {
  // An option says more than the rule's bare name; the reason is the line above each.
  // Every single element is described, also enum values, arguments and fields of inputs. `@oneOf` is GraphQL's own.
  "require-description": {
    types: true,
    DirectiveDefinition: true,
    rootField: true,
    FieldDefinition: true,
    InputValueDefinition: true,
    EnumValueDefinition: true,
    ignoredSelectors: ["DirectiveDefinition[name.value=oneOf]"],
  },
  // Lists of what was set up are short and read forwards.
  "relay-arguments": { includeBoth: false },
  // Lists that cannot grow are plain lists, and every connection has `nodes` beside `edges`.
  "relay-edge-types": { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
};

const named = (rules) => Object.fromEntries(Object.entries(rules).map(([name, rule]) => [`@graphql-eslint/${name}`, rule]));

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: "schema.graphql" } } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...graphql.configs["flat/schema-all"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      ...named(Object.fromEntries(Object.entries(SET).map(([name, options]) => [name, ["error", options]]))),
      ...named(Object.fromEntries(Object.keys(OFF).map((name) => [name, "off"]))),
    },
  },
];
