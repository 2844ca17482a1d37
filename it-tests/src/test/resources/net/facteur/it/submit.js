// Hands in a message word by word: submit.js HOST PORT CA USER PASSWORD FILE
// FILE holds the commands, then a line DATA, then the content, sent with the line ends it has.
const fs = require('fs');
const net = require('net');
const tls = require('tls');

const [host, port, ca, user, password, file] = process.argv.slice(2);
const script = fs.readFileSync(file, 'latin1');
const cut = script.indexOf('DATA\n') + 5;
const commands = script.slice(0, cut).split('\n').filter((line) => line);
const content = script.slice(cut);
let socket = net.connect({ host, port: Number(port) });

async function reply(code) {
  let text = '';
  while (!/^\d{3} .*\r\n$/m.test(text)) {
    text += await new Promise((resolve, reject) => {
      socket.once('data', (octets) => resolve(octets.toString('latin1')));
      socket.once('error', reject);
      socket.once('end', () => reject(new Error('hung up after ' + text)));
    });
  }
  if (!text.startsWith(code)) throw new Error('expected ' + code + ', got ' + text);
}

async function say(line, code) {
  socket.write(Buffer.from(line + '\n', 'latin1'));
  await reply(code);
}

async function run() {
  await reply('220');
  await say('EHLO node client', '250');
  await say('STARTTLS', '220');
  socket.removeAllListeners();
  socket = tls.connect({ socket, ca: fs.readFileSync(ca), host });
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  await say('EHLO node client', '250');
  await say('AUTH PLAIN ' + Buffer.from('\0' + user + '\0' + password).toString('base64'), '235');
  for (const command of commands) await say(command, command === 'DATA' ? '354' : '250');
  socket.write(Buffer.from(content + '\r\n.\r\n', 'latin1'));
  await reply('250');
  socket.end('QUIT\n');
}

run().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
