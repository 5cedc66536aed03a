// The table of apps/checkin/rules.py, as the server sent it: read from the top, the first row that fits decides.
const ADMIT = { fact: "", value: "", verdict: "admitted", reason: "", overrule: "" };

export const judge = (facts, rules) => rules.find((rule) => facts[rule.fact] === rule.value) ?? ADMIT;
