// Connects as the app does, sends what its arguments say, prints every event as a line of JSON.
//   node talk.js URL AUTH_AS_JSON [EVENT DATA_AS_JSON]...
import { createRequire } from "node:module";
const { io } = createRequire(process.env.NODE_FOLDER + "/")("socket.io-client");

const [url, auth, ...said] = process.argv.slice(2);
const socket = io(url, { auth: JSON.parse(auth), transports: ["websocket"], reconnection: false });
const tell = (event, data) => console.log(JSON.stringify({ event, data }));
socket.onAny(tell);
socket.on("connect_error", (error) => {
  tell("connect_error", error.data ?? String(error));
  process.exit(0);
});
socket.on("connect", async () => {
  for (let n = 0; n < said.length; n += 2) {
    tell("ack", await socket.timeout(30000).emitWithAck(said[n], JSON.parse(said[n + 1])));
  }
  socket.disconnect();
  process.exit(0);
});
setTimeout(() => process.exit(3), 60000);
