package io.rdpg.plan.target.consul;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;

/** Ends answers that are longer than any agent gives, so that they don't fill the memory. */
final class AnswerLimit implements Interceptor {
  private static final int MEBIBYTES = 64;

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    ResponseBody body = response.body();
    return response
        .newBuilder()
        .body(
            ResponseBody.create(
                Okio.buffer(new Limited(body)), body.contentType(), body.contentLength()))
        .build();
  }

  private static final class Limited extends ForwardingSource {
    private long read;

    Limited(ResponseBody body) {
      super(body.source());
    }

    @Override
    public long read(Buffer sink, long most) throws IOException {
      long count = super.read(sink, most);
      read += Math.max(0, count);
      if (read > (long) MEBIBYTES << 20) {
        throw new IOException("the answer is longer than " + MEBIBYTES + " MiB");
      }
      return count;
    }
  }
}
