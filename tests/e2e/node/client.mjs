// The socket.io client that apps use: what stands on a line of standard input is sent, what comes is printed.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [packages, url, auth, transports] = process.argv.slice(2);
const { io } = createRequire(packages + "/")("socket.io-client");
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const socket = io(url, {
  auth: JSON.parse(auth),
  reconnection: false,
  ...(transports ? { transports: transports.split(",") } : {}),
});

socket.on("connect", () => say({ event: "connect", data: null }));
socket.on("connect_error", (error) => say({ event: "connect_error", data: error.data ?? null }));
socket.on("disconnect", (reason) => say({ event: "disconnect", data: reason }));
socket.onAny((event, data) => say({ event, data }));

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { event, data } = JSON.parse(line);
    socket.emit(event, data, (ack) => say({ event: "ack", data: ack }));
  })
  .on("close", () => {
    socket.disconnect(); // and what is still to be sent is sent
    setTimeout(() => process.exit(0), 2_000).unref();
  });
