// Where a source file can be changed by one small fault, and how: what a mutation check chooses from.
import ts from "typescript";

const { SyntaxKind: Kind, factory } = ts;
const token = (kind) => factory.createToken(kind);

/** Operators and what each is mistaken for. */
const operators = new Map([
  [Kind.LessThanToken, [Kind.LessThanEqualsToken, Kind.GreaterThanEqualsToken]],
  [Kind.LessThanEqualsToken, [Kind.LessThanToken, Kind.GreaterThanToken]],
  [Kind.GreaterThanToken, [Kind.GreaterThanEqualsToken, Kind.LessThanEqualsToken]],
  [Kind.GreaterThanEqualsToken, [Kind.GreaterThanToken, Kind.LessThanToken]],
  [Kind.EqualsEqualsEqualsToken, [Kind.ExclamationEqualsEqualsToken]],
  [Kind.ExclamationEqualsEqualsToken, [Kind.EqualsEqualsEqualsToken]],
  [Kind.PlusToken, [Kind.MinusToken]],
  [Kind.MinusToken, [Kind.PlusToken]],
  [Kind.AsteriskToken, [Kind.SlashToken]],
  [Kind.SlashToken, [Kind.AsteriskToken]],
  [Kind.PercentToken, [Kind.AsteriskToken]],
  [Kind.AsteriskAsteriskToken, [Kind.AsteriskToken]],
  [Kind.AmpersandAmpersandToken, [Kind.BarBarToken]],
  [Kind.BarBarToken, [Kind.AmpersandAmpersandToken]],
  [Kind.PlusEqualsToken, [Kind.MinusEqualsToken]],
  [Kind.MinusEqualsToken, [Kind.PlusEqualsToken]],
  [Kind.AsteriskEqualsToken, [Kind.SlashEqualsToken]],
  [Kind.SlashEqualsToken, [Kind.AsteriskEqualsToken]],
]);

/** Methods and what each is mistaken for; those of Math only behind `Math.`. */
const methods = { some: "every", every: "some" };
const ofMath = { min: "max", max: "min", floor: "ceil", ceil: "floor" };

/**
 * The possible faults of a node: what kind it is, and the node that stands in its place.
 * @returns {{ kind: string, replacement: import("typescript").Node }[]}
 */
function faultsOf(node) {
  if (ts.isBinaryExpression(node)) return binaryFaults(node);
  if (ts.isPrefixUnaryExpression(node)) return prefixFaults(node);
  if (ts.isNumericLiteral(node)) return [{ kind: "constant", replacement: otherNumber(node) }];
  if (node.kind === Kind.TrueKeyword) return [{ kind: "boolean", replacement: factory.createFalse() }];
  if (node.kind === Kind.FalseKeyword) return [{ kind: "boolean", replacement: factory.createTrue() }];
  if (ts.isConditionalExpression(node)) {
    const { condition, whenTrue, whenFalse } = node;
    return [{ kind: "condition", replacement: conditional(not(condition), whenTrue, whenFalse) }];
  }
  if (ts.isCallExpression(node)) return callFaults(node);
  return [];
}

function binaryFaults(node) {
  const { left, right, operatorToken } = node;
  if (operatorToken.kind === Kind.PlusToken && [left, right].some(isText)) return [];
  if (operatorToken.kind === Kind.QuestionQuestionToken) return [{ kind: "default", replacement: left }];
  return (operators.get(operatorToken.kind) ?? []).map((kind) => ({
    kind: "operator",
    replacement: factory.createBinaryExpression(left, token(kind), right),
  }));
}

function prefixFaults({ operator, operand }) {
  if (operator === Kind.ExclamationToken) return [{ kind: "negation", replacement: operand }];
  if (operator === Kind.MinusToken) return [{ kind: "sign", replacement: operand }];
  return [];
}

function otherNumber({ text }) {
  const value = Number(text);
  return factory.createNumericLiteral(Number.isInteger(value) ? value + 1 : value * 2);
}

function callFaults(node) {
  const { expression, typeArguments, arguments: args } = node;
  const faults = [];
  if (args.length === 2 && args.every(ts.isIdentifier)) {
    faults.push({
      kind: "swapped",
      replacement: factory.createCallExpression(expression, typeArguments, [...args].reverse()),
    });
  }
  if (!ts.isPropertyAccessExpression(expression)) return faults;
  const { expression: object, name } = expression;
  const other = (ts.isIdentifier(object) && object.text === "Math" ? ofMath : methods)[name.text];
  if (other !== undefined) {
    const renamed = factory.createPropertyAccessExpression(object, other);
    faults.push({ kind: "method", replacement: factory.createCallExpression(renamed, typeArguments, args) });
  }
  return faults;
}

/** Statements that can be left out: calls and assignments; conditions that can be turned round. */
function statementFaults(node) {
  if (ts.isExpressionStatement(node)) return [{ kind: "statement", replacement: undefined }];
  if (ts.isIfStatement(node)) return [{ kind: "condition", replacement: not(node.expression) }];
  return [];
}

const isText = (node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
const not = (node) => factory.createLogicalNot(factory.createParenthesizedExpression(node));
const conditional = (condition, yes, no) =>
  factory.createConditionalExpression(condition, undefined, yes, undefined, no);

/** Parts that hold no behaviour worth a test: types, imports, what is thrown, and texts put together. */
function isLeftOut(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isImportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isThrowStatement(node) ||
    ts.isTemplateExpression(node) ||
    (ts.isNewExpression(node) && /Error$/.test(node.expression.getText())) ||
    (ts.isNumericLiteral(node) && ts.isPropertyAssignment(node.parent) && node.parent.name === node)
  );
}

const parse = (name, source) => ts.createSourceFile(name, source, ts.ScriptTarget.ES2022, true);

/** All faults of a file, in the order of its text. */
export function sitesOf(name, source) {
  const file = parse(name, source);
  const found = [];
  const visit = (node) => {
    if (isLeftOut(node)) return;
    for (const [index, fault] of [...faultsOf(node), ...statementFaults(node)].entries()) {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
      const shown = fault.kind === "condition" && ts.isIfStatement(node) ? node.expression : node;
      found.push({
        ...{ file: name, line: line + 1, column: character + 1, position: node.getStart(), end: node.end, index },
        ...{ kind: fault.kind, before: oneLine(shown.getText()), after: printed(fault.replacement, file) },
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const printer = ts.createPrinter({ removeComments: true });
const oneLine = (text) => text.replace(/\s+/g, " ").slice(0, 120);
const printed = (node, file) =>
  node === undefined ? "" : oneLine(printer.printNode(ts.EmitHint.Unspecified, node, file));

/**
 * The file with all of the chosen faults in it, each behind `globalThis.__fault(id)`.
 * @param chosen sites of this file with their `id`
 */
export function withFaults(name, source, chosen) {
  const file = parse(name, source);
  const key = ({ position, end, index }) => `${position}-${end}-${index}`;
  const ids = new Map(chosen.map((site) => [key(site), site.id]));
  const transformer = (context) => (root) => {
    const visit = (node) => {
      if (isLeftOut(node)) return node;
      const faults = [...faultsOf(node), ...statementFaults(node)];
      const position = node.getStart(file);
      const { end } = node;
      let result = ts.visitEachChild(node, visit, context);
      for (const [index, { replacement }] of faults.entries()) {
        const id = ids.get(key({ position, end, index }));
        if (id !== undefined) result = switched(result, node, replacement, id);
      }
      return result;
    };
    return visit(root);
  };
  const { transformed } = ts.transform(file, [transformer]);
  return printer.printFile(transformed[0]);
}

function switched(result, node, replacement, id) {
  const active = factory.createCallExpression(factory.createIdentifier("globalThis.__fault"), undefined, [
    factory.createNumericLiteral(id),
  ]);
  if (ts.isExpressionStatement(node)) {
    // In a block of its own, or the `else` of a statement around it would become that of this one.
    return factory.createBlock([factory.createIfStatement(not(active), factory.createBlock([result]))]);
  }
  if (ts.isIfStatement(node)) {
    const { expression, thenStatement, elseStatement } = result;
    const chosen = conditional(active, replacement, expression);
    return factory.updateIfStatement(result, chosen, thenStatement, elseStatement);
  }
  return factory.createParenthesizedExpression(
    conditional(active, factory.createParenthesizedExpression(replacement), result),
  );
}
