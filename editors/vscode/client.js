// Starts `wsc lsp` and connects the editor to it; all language features come from there.
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

async function start() {
  const settings = vscode.workspace.getConfiguration('wsc');
  const args = ['lsp', ...settings.get('importPaths').flatMap((folder) => ['-I', folder])];
  const server = { command: settings.get('path'), args };
  const documents = { documentSelector: [{ language: 'wsc' }] };
  client = new LanguageClient('wsc', 'wsc', server, documents);
  try {
    await client.start();
  } catch (error) {
    // Colours work without the server; say once why nothing else does.
    vscode.window.showErrorMessage(
      `wsc: cannot start \`${server.command} lsp\`: ${error.message}. Set "wsc.path" to the program.`);
  }
}

async function stop() {
  // A client that failed to start cannot be stopped.
  await client?.stop().catch(() => {});
  client = undefined;
}

exports.activate = async (context) => {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    vscode.commands.registerCommand('wsc.restart', restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('wsc')) restart();
    }));
  await start();
};

exports.deactivate = stop;
