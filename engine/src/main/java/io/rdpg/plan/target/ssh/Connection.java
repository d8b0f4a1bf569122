package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Makes the connection that a session runs on. JSch's address isn't used: it may be an alias. */
interface Connection extends SocketFactory {
  Socket open() throws IOException;

  @Override
  default Socket createSocket(String host, int port) throws IOException {
    return open();
  }

  @Override
  default InputStream getInputStream(Socket socket) throws IOException {
    return socket.getInputStream();
  }

  @Override
  default OutputStream getOutputStream(Socket socket) throws IOException {
    return socket.getOutputStream();
  }
}
