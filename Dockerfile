# The image of the gateway, for linux/amd64 and linux/arm64:
#   docker buildx build --platform linux/amd64,linux/arm64 --tag registry.example.com/handfast:0.1.0 --push .
# See docs/container.md.
ARG JDK=docker.io/library/eclipse-temurin:25-jdk-noble
ARG JRE=docker.io/library/eclipse-temurin:25-jre-noble

# Class files are alike on every platform: built once, on the builder's own.
FROM --platform=$BUILDPLATFORM ${JDK} AS build
WORKDIR /build
COPY mvnw pom.xml ./
COPY .mvn .mvn
COPY docs/reasons.md docs/
COPY src src
RUN --mount=type=cache,id=handfast-maven,target=/root/.m2 \
    ./mvnw -B -ntp -DskipTests package
RUN java -Djarmode=tools -jar target/handfast.jar extract --layers --destination layers
# The JVM keeps no class of a signed jar in an AOT cache, and checks the signature of each at every start.
RUN java .mvn/image/Unsign.java layers/dependencies/lib
# Which beans there are is determined here and not at every start: docs/decisions/prepared-context.md.
RUN classpath='layers/application/handfast.jar:layers/dependencies/lib/*' && \
    java -cp "$classpath" org.springframework.boot.SpringApplicationAotProcessor dev.handfast.HandfastApplication \
      context/sources context/resources context/classes dev.handfast handfast && \
    javac -proc:none -nowarn -cp "$classpath" -d context/classes $(find context/sources -name '*.java') && \
    jar --update --file layers/application/handfast.jar -C context/classes .

FROM ${JRE}
WORKDIR /opt/handfast
RUN mkdir /var/lib/handfast && chown 10001:10001 /var/lib/handfast
# From what changes least to what changes most.
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
# The AOT cache holds classes as this very JVM has loaded and linked them, so it is made here: for the target's
# platform, from the files as they will lie at run time, by a first start that ends when it is ready.
RUN HANDFAST_DATADIR=/tmp/training SERVER_PORT=0 \
    java -XX:AOTCacheOutput=handfast.aot -Dhandfast.exit-when-ready=true --enable-native-access=ALL-UNNAMED \
      -jar handfast.jar && \
    rm -rf /tmp/*

# For the JVM, and open to be changed: what stands in JDK_JAVA_OPTIONS wins. The heap begins with room for the objects of
# the cache: without it, the JVM of a small container ends at once. Four fifths of it are for what lives long, connections.
# What the compilers have freed goes back to the system. Heap and compiled code lie in large pages where the system lets a
# process ask for them (madvise). Netty does not look for leaked buffers, which takes a stack trace of one in a hundred:
# the tests do, for each.
ENV HANDFAST_DATADIR=/var/lib/handfast \
    JAVA_TOOL_OPTIONS="-Xms64m -XX:MaxRAMPercentage=50 -XX:+UseParallelGC -XX:NewRatio=4 -XX:+UseTransparentHugePages -XX:TrimNativeHeapInterval=30000 -Dio.netty.leakDetection.level=disabled"
USER 10001:10001
VOLUME ["/var/lib/handfast", "/tmp"]
EXPOSE 8080 8443
ENTRYPOINT ["java", "-XX:AOTCache=handfast.aot", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "-jar", "handfast.jar"]
