package com.example.todoclient.pair;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The network between two processes: passes bytes on, spreads new connections over
 * several servers as a cluster's virtual address does, and may be cut or slow.
 */
final class Relay implements AutoCloseable {

	private static final int CHUNK = 4096;

	private final List<Integer> servers;

	private final ServerSocket listener;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final AtomicInteger next = new AtomicInteger();

	private volatile boolean cut;

	private volatile int delayMillis;

	Relay(List<Integer> servers) {
		this.servers = servers;
		try {
			this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		daemon(this::accept);
	}

	int port() {
		return this.listener.getLocalPort();
	}

	/** From now on nothing arrives, and nobody is told. */
	void cut() {
		this.cut = true;
	}

	/** What was cut off is reset; new connections pass. */
	void mend() {
		this.cut = false;
		this.sockets.forEach(Relay::reset);
	}

	/** Each 4 KiB take so long, in each direction. */
	void slow(int millis) {
		this.delayMillis = millis;
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.listener.accept();
				this.sockets.add(client);
				daemon(() -> connect(client));
			}
		}
		catch (IOException ex) {
			// Closed: the test is over.
		}
	}

	private void connect(Socket client) {
		for (int i = 0; i < this.servers.size(); i++) {
			int server = this.servers.get(Math.floorMod(this.next.getAndIncrement(), this.servers.size()));
			Socket socket = new Socket();
			try {
				socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server), 1000);
				this.sockets.add(socket);
				daemon(() -> pass(client, socket));
				pass(socket, client);
				return;
			}
			catch (IOException ex) {
				reset(socket);
			}
		}
		reset(client);
	}

	private void pass(Socket from, Socket to) {
		byte[] buffer = new byte[CHUNK];
		try {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
				while (this.cut) {
					Thread.sleep(10);
				}
				if (this.delayMillis > 0) {
					Thread.sleep(this.delayMillis);
				}
				out.write(buffer, 0, count);
			}
			to.shutdownOutput();
		}
		catch (IOException ex) {
			reset(from);
			reset(to);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.sockets.removeIf(Socket::isClosed);
		}
	}

	private static void reset(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
			socket.close();
		}
		catch (IOException ex) {
			// It is gone already.
		}
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "relay");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		mend();
	}

}
